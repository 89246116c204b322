//! Data through a relay's channels.

use std::{
    io::{Write as _, stdout},
    net::{SocketAddr, UdpSocket},
    str::FromStr,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};

use crate::{
    batch::{Batch, HEAD, SIZE},
    binding::{GIVEN_UP, LATEST, WARM_UP},
    client::{CHANNEL, Client, Server},
    process::cpu,
};

/// Whom the clients talk to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Each to a peer of its own, which knows no relay.
    Peers,
    /// The first to the second and so on, through the relayed addresses of both.
    Pairs,
}

impl FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "peers" => Ok(Self::Peers),
            "pairs" => Ok(Self::Pairs),
            _ => bail!("peers or pairs"),
        }
    }
}

/// One end of a conversation.
pub(crate) struct End {
    socket: UdpSocket,
    has_channel: bool,
    sent: u64,
}

/// Two ends, and what has become of what they sent to each other.
pub(crate) struct Pair {
    number: u32,
    ends: [End; 2],
    /// At the end of this index.
    arrived: [u64; 2],
    given_up: [u64; 2],
    heard_at: [Instant; 2],
}

pub(crate) fn relay(server: &Server, pid: u32, (count, kind): (u32, Kind), seconds: f64, rate: u64) -> Result<()> {
    let length = Duration::from_secs_f64(seconds);
    let mut pairs = pairs(server, count, kind)?;
    let (mut letters, mut heard) = (Batch::new(), Batch::new());
    let window = (IN_FLIGHT / u64::from(count)).clamp(1, SIZE as u64);
    run(&mut pairs, (&mut letters, &mut heard), WARM_UP, rate, window)?;
    let before = cpu(pid)?;
    let (sent, arrived) = (total(&pairs, Pair::sent), total(&pairs, Pair::arrived));
    run(&mut pairs, (&mut letters, &mut heard), length, rate, window)?;
    let spent = cpu(pid)? - before;
    sleep(LATEST);
    for pair in &mut pairs {
        pair.hear(&mut heard, 0)?;
        pair.hear(&mut heard, 1)?;
    }
    let arrived = total(&pairs, Pair::arrived) - arrived;
    let lost = (total(&pairs, Pair::sent) - sent).saturating_sub(arrived);
    ensure!(arrived > 0, "nothing was relayed");
    writeln!(
        stdout(),
        "packets {arrived} lost {lost} us {:.3}",
        spent.as_secs_f64() * 1e6 / arrived as f64
    )?;
    Ok(())
}

/// So many allocations, and who they are for.
pub(crate) fn pairs(server: &Server, count: u32, kind: Kind) -> Result<Vec<Pair>> {
    let of_client = |client: Client| End {
        socket: client.socket,
        has_channel: true,
        sent: 0,
    };
    let pairs = match kind {
        Kind::Peers => count,
        Kind::Pairs => count / 2,
    };
    (0..pairs)
        .map(|number| {
            let mut client = Client::new(server)?;
            let relayed = client.allocate(server)?;
            let other = match kind {
                Kind::Peers => {
                    // Another address of the loopback network: the relay's own means another client.
                    let socket = UdpSocket::bind(SocketAddr::from(([127, 0, 0, 2], 0)))?;
                    socket.connect(relayed)?;
                    client.bind(server, socket.local_addr()?)?;
                    End {
                        socket,
                        has_channel: false,
                        sent: 0,
                    }
                }
                Kind::Pairs => {
                    let mut other = Client::new(server)?;
                    let there = other.allocate(server)?;
                    client.bind(server, there)?;
                    other.bind(server, relayed)?;
                    of_client(other)
                }
            };
            Ok(Pair {
                number,
                ends: [of_client(client), other],
                arrived: [0; 2],
                given_up: [0; 2],
                heard_at: [Instant::now(); 2],
            })
        })
        .collect()
}

fn run(
    pairs: &mut [Pair],
    (letters, heard): (&mut Batch, &mut Batch),
    length: Duration,
    rate: u64,
    window: u64,
) -> Result<()> {
    let begin = Instant::now();
    let mut sent = 0;
    while begin.elapsed() < length {
        for pair in &mut *pairs {
            for from in 0..2 {
                pair.hear(heard, 1 - from)?;
                let most = if rate == 0 {
                    pair.room(from, window)
                } else {
                    // One by one, as voice comes.
                    ((begin.elapsed().as_secs_f64() * rate as f64) as u64)
                        .saturating_sub(sent)
                        .min(1)
                };
                pair.say(letters, from, most);
                sent += most;
            }
        }
    }
    Ok(())
}

impl Pair {
    /// How much more may be on its way; what has been for long is lost.
    fn room(&mut self, from: usize, window: u64) -> u64 {
        let to = 1 - from;
        if self.heard_at[to].elapsed() > GIVEN_UP {
            self.given_up[to] = self.ends[from].sent - self.arrived[to];
        }
        let on_its_way = self.ends[from]
            .sent
            .saturating_sub(self.arrived[to] + self.given_up[to]);
        window.saturating_sub(on_its_way)
    }

    pub(crate) fn say(&mut self, letters: &mut Batch, from: usize, count: u64) {
        if count == 0 {
            return;
        }
        letters.clear();
        let number = self.number;
        let end = &mut self.ends[from];
        for _ in 0..count {
            let mut bytes = [0; HEAD + LENGTH];
            bytes[..2].copy_from_slice(&CHANNEL);
            bytes[2..HEAD].copy_from_slice(&(LENGTH as u16).to_be_bytes());
            bytes[HEAD..].copy_from_slice(&data(number, from, end.sent));
            letters.push(if end.has_channel { &bytes } else { &bytes[HEAD..] });
            end.sent += 1;
        }
        letters.send(&end.socket);
    }

    /// What has come to this end, all of it looked at; how much.
    pub(crate) fn hear(&mut self, heard: &mut Batch, to: usize) -> Result<u64> {
        let end = &self.ends[to];
        heard.receive(&end.socket, false)?;
        if heard.len() > 0 {
            self.heard_at[to] = Instant::now();
        }
        for bytes in heard.iter() {
            let bytes = if end.has_channel {
                let head = [CHANNEL[0], CHANNEL[1], 0, LENGTH as u8];
                let data = bytes.strip_prefix(&head);
                data.ok_or_else(|| anyhow::anyhow!("not the channel's"))?
            } else {
                bytes
            };
            let number = bytes.get(SEQUENCE).and_then(|bytes| bytes.try_into().ok());
            let number = u64::from_be_bytes(number.unwrap_or([u8::MAX; 8]));
            ensure!(
                number < self.ends[1 - to].sent && bytes == data(self.number, 1 - to, number),
                "what came is not what was sent"
            );
        }
        self.arrived[to] += heard.len() as u64;
        Ok(heard.len() as u64)
    }

    fn sent(&self) -> u64 {
        self.ends.iter().map(|end| end.sent).sum()
    }

    fn arrived(&self) -> u64 {
        self.arrived.iter().sum()
    }
}

/// What an end of a pair sends at this count.
fn data(pair: u32, from: usize, count: u64) -> [u8; LENGTH] {
    let mut data = [count as u8; LENGTH];
    data[..4].copy_from_slice(&pair.to_be_bytes());
    data[4] = from as u8;
    data[SEQUENCE].copy_from_slice(&count.to_be_bytes());
    data
}

fn total(pairs: &[Pair], of: impl Fn(&Pair) -> u64) -> u64 {
    pairs.iter().map(of).sum()
}

/// 20 ms of speech, with the heads of RTP and SRTP.
const LENGTH: usize = 172;
const SEQUENCE: std::ops::Range<usize> = 5..13;
/// Each way at a time, of all together; each allocation has one at least.
const IN_FLIGHT: u64 = 200;
