//! Binding requests from many ports.

use std::{
    hint::black_box,
    io::{Write as _, stdout},
    net::{SocketAddr, UdpSocket},
    process,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use stun::{Answer, AttributeType, Builder, Class, Message, Method};

use crate::{
    batch::{Batch, SIZE},
    process::cpu,
};

/// What the core takes for it.
pub(crate) fn answer() -> Result<()> {
    let mut request = [0; 32];
    let length = Builder::new(&mut request, Method::BINDING, Class::Request, [7; 12])
        .fingerprint()
        .finish();
    let from: SocketAddr = "198.51.100.7:50000".parse()?;
    let mut reply = Answer::new();
    let before = cpu(process::id())?;
    for _ in 0..ANSWERS {
        ensure!(
            stun::answer(black_box(&request[..length]), from, &mut reply),
            "no answer"
        );
        black_box(reply.as_bytes());
    }
    let spent = cpu(process::id())? - before;
    ensure!(
        Message::parse(reply.as_bytes())?.class() == Class::Success,
        "no success"
    );
    writeln!(
        stdout(),
        "answers {ANSWERS} ns {:.1}",
        spent.as_secs_f64() * 1e9 / f64::from(ANSWERS)
    )?;
    Ok(())
}

/// One port and what it waits for.
struct Port {
    socket: UdpSocket,
    address: SocketAddr,
    number: u32,
    /// How many may be on their way.
    window: u64,
    asked: u64,
    answered: u64,
    /// Of those asked: what is waited for no longer.
    given_up: u64,
    heard_at: Instant,
}

pub(crate) fn binding(server: SocketAddr, pid: u32, seconds: f64, rate: u64, ports: u32) -> Result<()> {
    let length = Duration::from_secs_f64(seconds);
    let window = (IN_FLIGHT / u64::from(ports)).clamp(1, SIZE as u64);
    let mut ports = (0..ports)
        .map(|number| Port::open(server, number, window))
        .collect::<Result<Vec<_>>>()?;
    let (mut requests, mut answers) = (Batch::new(), Batch::new());
    // What the first answers cost is not what the others do.
    let warm = Instant::now();
    load(&mut ports, &mut requests, &mut answers, warm, WARM_UP, rate)?;
    let before = cpu(pid)?;
    let (asked, answered) = (total(&ports, |port| port.asked), total(&ports, |port| port.answered));
    load(&mut ports, &mut requests, &mut answers, Instant::now(), length, rate)?;
    let spent = cpu(pid)? - before;
    std::thread::sleep(LATEST);
    for port in &mut ports {
        port.hear(&mut answers)?;
    }
    let answered = total(&ports, |port| port.answered) - answered;
    let lost = (total(&ports, |port| port.asked) - asked).saturating_sub(answered);
    ensure!(answered > 0, "nothing was answered");
    writeln!(
        stdout(),
        "answers {answered} lost {lost} us {:.3}",
        spent.as_secs_f64() * 1e6 / answered as f64
    )?;
    Ok(())
}

fn load(
    ports: &mut [Port],
    requests: &mut Batch,
    answers: &mut Batch,
    begin: Instant,
    length: Duration,
    rate: u64,
) -> Result<()> {
    let before = total(ports, |port| port.asked);
    let mut sent = 0;
    while begin.elapsed() < length {
        for port in &mut *ports {
            port.hear(answers)?;
            let allowed = if rate == 0 {
                u64::MAX
            } else {
                (begin.elapsed().as_secs_f64() * rate as f64) as u64
            };
            sent += port.ask(requests, allowed.saturating_sub(sent));
        }
    }
    debug_assert_eq!(total(ports, |port| port.asked) - before, sent);
    Ok(())
}

impl Port {
    fn open(server: SocketAddr, number: u32, window: u64) -> Result<Self> {
        let socket = UdpSocket::bind(SocketAddr::new(server.ip(), 0))?;
        socket.connect(server)?;
        let address = socket.local_addr()?;
        Ok(Self {
            socket,
            address,
            number,
            window,
            asked: 0,
            answered: 0,
            given_up: 0,
            heard_at: Instant::now(),
        })
    }

    /// Asks as much as is on its way at a time, and is allowed; what has been on its way for long is lost.
    fn ask(&mut self, requests: &mut Batch, allowed: u64) -> u64 {
        if self.heard_at.elapsed() > GIVEN_UP {
            self.given_up = self.asked - self.answered;
        }
        let on_its_way = self.asked.saturating_sub(self.answered + self.given_up);
        let count = self.window.saturating_sub(on_its_way).min(allowed);
        requests.clear();
        for _ in 0..count {
            let mut bytes = [0; 32];
            let length = Builder::new(&mut bytes, Method::BINDING, Class::Request, self.id(self.asked)).finish();
            requests.push(&bytes[..length]);
            self.asked += 1;
        }
        if count > 0 {
            requests.send(&self.socket);
        }
        count
    }

    fn hear(&mut self, answers: &mut Batch) -> Result<()> {
        answers.receive(&self.socket, false)?;
        if answers.len() > 0 {
            self.heard_at = Instant::now();
        }
        for answer in answers.iter() {
            self.check(answer)?;
            self.answered += 1;
        }
        Ok(())
    }

    fn check(&self, answer: &[u8]) -> Result<()> {
        let message = Message::parse(answer).context("an answer is no STUN")?;
        let id = message.transaction_id();
        let (number, asked) = id.split_at(4);
        ensure!(number == self.number.to_be_bytes(), "an answer is another port's");
        let asked = u64::from_be_bytes(asked.try_into()?);
        ensure!(asked < self.asked, "an answer to what was not asked");
        if message.class() == Class::Request {
            return Ok(());
        }
        let told = message
            .attribute(AttributeType::XOR_MAPPED_ADDRESS)
            .context("an answer without an address")?;
        ensure!(
            told.xor_address(id) == Some(self.address),
            "an answer tells another address"
        );
        Ok(())
    }

    fn id(&self, asked: u64) -> [u8; 12] {
        let mut id = [0; 12];
        id[..4].copy_from_slice(&self.number.to_be_bytes());
        id[4..].copy_from_slice(&asked.to_be_bytes());
        id
    }
}

fn total(ports: &[Port], of: impl Fn(&Port) -> u64) -> u64 {
    ports.iter().map(of).sum()
}

const ANSWERS: u32 = 3_000_000;
/// Of all together; each port has one at least.
const IN_FLIGHT: u64 = 512;
pub(crate) const WARM_UP: Duration = Duration::from_millis(500);
/// What has not come so long after the end is lost.
pub(crate) const LATEST: Duration = Duration::from_millis(100);
/// What holds up others no longer: on a busy machine the server may not be scheduled for a while.
pub(crate) const GIVEN_UP: Duration = Duration::from_millis(500);
