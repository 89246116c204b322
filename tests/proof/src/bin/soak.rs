//! Many allocations for a long time, with traffic and with people who come and go: `soak SERVER PID SECRET ALLOCATIONS SECONDS`. Says what was sent and came back, and what
//! the server's memory was; fails where a datagram is wrong, a refresh is lost, memory grows after the first minute, or where more than one in a hundred datagrams is lost other
//! than for want of room at this program's own sockets, which is what a busy machine does.

use std::{
    collections::VecDeque,
    env, fs,
    io::{self, Write as _, stdout},
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use proof::wire::{self, Attribute, Hash, Reply, User};
use stun::{Class, Method, attribute::AttributeType as A};

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [server, pid, secret, allocations, seconds] = &arguments[..] else {
        return Err(io::Error::other("soak SERVER PID SECRET ALLOCATIONS SECONDS"));
    };
    let number = |text: &String| text.parse::<u64>().map_err(io::Error::other);
    let (allocations, seconds) = (number(allocations)?, number(seconds)?);
    let mut crowd = Crowd {
        server: server.parse().map_err(io::Error::other)?,
        peers: (0..PEERS).map(|_| echo()).collect::<Result<_, _>>()?,
        user: User::ephemeral(secret.as_bytes(), 4_000_000_000),
        members: VecDeque::new(),
        born: 0,
        count: Count::default(),
    };
    let mut memory = Memory::new(number(pid)?);
    crowd.gather(allocations)?;
    let begin = Instant::now();
    let length = Duration::from_secs(seconds);
    // One in a hundred goes each second, one after the other: who waits for them all falls behind, and would say everything at once.
    let between_leavers = Duration::from_secs(100) / allocations.try_into().map_err(io::Error::other)?;
    let mut churns = begin;
    while begin.elapsed() < length {
        crowd.turn()?;
        memory.look(begin.elapsed())?;
        if Instant::now() >= churns {
            churns += between_leavers;
            crowd.churn()?;
        }
    }
    crowd.listen(LATEST);
    let crowded_out = crowded_out()?;
    let Count {
        sent,
        returned,
        wrong,
        refreshed,
        refused,
    } = crowd.count;
    writeln!(
        stdout(),
        "allocations {allocations} begun {} sent {sent} returned {returned} no room here {crowded_out} wrong {wrong} refreshed {refreshed} refused or lost {refused} memory {} KiB after {} s, at most {} KiB since",
        crowd.born,
        memory.first,
        memory.settled.as_secs(),
        memory.most
    )?;
    let is_flat = memory.most * 10 <= memory.first * 11;
    let lost = sent.saturating_sub(returned + crowded_out);
    let is_good = wrong == 0 && refused == 0 && is_flat && lost * 100 <= sent && refreshed > 0;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A peer that sends everything back, on a thread of its own for as long as the program runs.
fn echo() -> io::Result<SocketAddr> {
    let socket = UdpSocket::bind((PEER, 0))?;
    let address = socket.local_addr()?;
    thread::spawn(move || {
        let mut bytes = [0; 1_500];
        // A port that is gone by now answers by an error, which is nobody's here.
        loop {
            if let Ok((length, from)) = socket.recv_from(&mut bytes) {
                let _ = socket.send_to(&bytes[..length], from);
            }
        }
    });
    Ok(address)
}

/// How many datagrams the sockets of this program had no room for (proc_net_udp: the last column); those that are closed aside.
fn crowded_out() -> io::Result<u64> {
    let own = [PEER, CLIENT].map(|ip| format!("{:08X}:", u32::from_ne_bytes(ip.octets())));
    let dropped = |line: &str| {
        let is_own = own.iter().any(|own| {
            line.split_whitespace()
                .nth(1)
                .is_some_and(|local| local.starts_with(own))
        });
        line.split_whitespace()
            .next_back()
            .filter(|_| is_own)?
            .parse::<u64>()
            .ok()
    };
    Ok(fs::read_to_string("/proc/net/udp")?.lines().filter_map(dropped).sum())
}

struct Crowd {
    server: SocketAddr,
    peers: Vec<SocketAddr>,
    user: User,
    members: VecDeque<Member>,
    born: u64,
    count: Count,
}

#[derive(Default)]
struct Count {
    sent: u64,
    returned: u64,
    wrong: u64,
    refreshed: u64,
    /// Requests that the server refused, or that had no answer after some tries.
    refused: u64,
}

/// One client with an allocation and a channel to the peer.
struct Member {
    socket: UdpSocket,
    peer: SocketAddr,
    number: u64,
    nonce: Vec<u8>,
    asked: u64,
    said: u64,
    speaks: Instant,
    refreshes: Instant,
    pending: Option<(Vec<u8>, Instant, u32)>,
}

impl Crowd {
    fn gather(&mut self, count: u64) -> io::Result<()> {
        for _ in 0..count {
            let member = self.welcome()?;
            self.members.push_back(member);
        }
        Ok(())
    }

    /// The oldest goes, and a new one comes.
    fn churn(&mut self) -> io::Result<()> {
        if let Some(mut member) = self.members.pop_front() {
            let gone = member.ask(&self.user, Method::REFRESH, &[(A::LIFETIME, vec![0; 4])])?;
            self.count.refused += u64::from(gone.code() != 0);
        }
        let member = self.welcome()?;
        self.members.push_back(member);
        Ok(())
    }

    fn welcome(&mut self) -> io::Result<Member> {
        self.born += 1;
        let socket = UdpSocket::bind((CLIENT, 0))?;
        socket.connect(self.server)?;
        let now = Instant::now();
        // Not all at once.
        let part = |of: Duration| of * (self.born % 1_000) as u32 / 1_000;
        let mut member = Member {
            socket,
            peer: self.peers[self.born as usize % PEERS],
            number: self.born,
            nonce: Vec::new(),
            asked: 0,
            said: 0,
            speaks: now + part(BETWEEN_WORDS),
            refreshes: now + part(BETWEEN_REFRESHES),
            pending: None,
        };
        let transport = (A::REQUESTED_TRANSPORT, vec![17, 0, 0, 0]);
        let challenge = member.ask(&self.user, Method::ALLOCATE, std::slice::from_ref(&transport))?;
        member.nonce = challenge.find(A::NONCE).unwrap_or_default().to_vec();
        let granted = member.ask(&self.user, Method::ALLOCATE, &[transport])?;
        let bound = member.ask(&self.user, Method::CHANNEL_BIND, &member.channel())?;
        if (granted.code(), bound.code()) != (0, 0) {
            return Err(io::Error::other(format!(
                "refused with {} and {}",
                granted.code(),
                bound.code()
            )));
        }
        member.socket.set_nonblocking(true)?;
        Ok(member)
    }

    /// Everybody hears what has come, and says what is due; not more at once than peers have room for.
    fn turn(&mut self) -> io::Result<()> {
        let (mut bytes, before) = ([0; 1_500], self.count.sent);
        for member in &mut self.members {
            member.listen(&mut bytes, &mut self.count);
            let now = Instant::now();
            if now >= member.speaks && self.count.sent < before + MOST_AT_ONCE {
                member.speaks = now + BETWEEN_WORDS;
                member.said += 1;
                let words = wire::on_channel(CHANNEL, &member.words(member.said));
                self.count.sent += u64::from(member.socket.send(&words).is_ok());
            }
            if now >= member.refreshes {
                member.refreshes += BETWEEN_REFRESHES;
                // By turns: the allocation, and what leads to the peer.
                let (method, attributes) = if member.asked.is_multiple_of(2) {
                    (Method::REFRESH, Vec::new())
                } else {
                    (Method::CHANNEL_BIND, member.channel())
                };
                let request = member.request(&self.user, method, &attributes);
                let _ = member.socket.send(&request);
                member.pending = Some((request, now, 1));
            }
            if let Some((request, at, tries)) = &mut member.pending
                && at.elapsed() > LATEST
            {
                if *tries == TRIES {
                    member.pending = None;
                    self.count.refused += 1;
                } else {
                    (*at, *tries) = (now, *tries + 1);
                    let _ = member.socket.send(request);
                }
            }
        }
        Ok(())
    }

    /// Hears what is on its way still.
    fn listen(&mut self, time: Duration) {
        let (begin, mut bytes) = (Instant::now(), [0; 1_500]);
        while begin.elapsed() < time {
            for member in &mut self.members {
                member.listen(&mut bytes, &mut self.count);
            }
        }
    }
}

impl Member {
    fn listen(&mut self, bytes: &mut [u8], count: &mut Count) {
        while let Ok(length) = self.socket.recv(bytes) {
            self.hear(&bytes[..length], count);
        }
    }

    /// Asks and waits; again where no answer comes.
    fn ask(&mut self, user: &User, method: Method, attributes: &[Attribute]) -> io::Result<Reply> {
        self.socket.set_nonblocking(false)?;
        self.socket.set_read_timeout(Some(LATEST))?;
        let request = self.request(user, method, attributes);
        let mut bytes = [0; 1_500];
        for _ in 0..TRIES {
            self.socket.send(&request)?;
            while let Ok(length) = self.socket.recv(&mut bytes) {
                if bytes[0] < 0x40 && bytes[8..20] == self.id() {
                    return Ok(Reply::read(&bytes[..length]));
                }
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn request(&mut self, user: &User, method: Method, attributes: &[Attribute]) -> Vec<u8> {
        self.asked += 1;
        if self.nonce.is_empty() {
            return wire::plain(method, Class::Request, self.id(), attributes);
        }
        wire::signed(
            method,
            self.id(),
            attributes,
            user,
            Some(&self.nonce),
            Hash::Sha1,
            false,
        )
    }

    fn id(&self) -> [u8; 12] {
        let mut id = [4; 12];
        id[4..].copy_from_slice(&self.asked.to_be_bytes());
        id
    }

    fn channel(&self) -> Vec<Attribute> {
        let mut id = self.id();
        id[4..].copy_from_slice(&(self.asked + 1).to_be_bytes());
        let [high, low] = CHANNEL.to_be_bytes();
        vec![
            (A::CHANNEL_NUMBER, vec![high, low, 0, 0]),
            (A::XOR_PEER_ADDRESS, wire::hidden(self.peer, id)),
        ]
    }

    /// What this member says for the time of this number.
    fn words(&self, said: u64) -> Vec<u8> {
        let mut words = vec![0x5a; 172];
        words[..8].copy_from_slice(&self.number.to_be_bytes());
        words[8..16].copy_from_slice(&said.to_be_bytes());
        words
    }

    fn hear(&mut self, bytes: &[u8], count: &mut Count) {
        if let Some(words) = bytes.strip_prefix(&CHANNEL.to_be_bytes()) {
            let said = words
                .get(10..18)
                .and_then(|said| said.try_into().ok())
                .map(u64::from_be_bytes);
            let is_right = said.is_some_and(|said| said <= self.said && words[2..] == self.words(said));
            count.returned += u64::from(is_right);
            count.wrong += u64::from(!is_right);
            return;
        }
        let reply = Reply::read(bytes);
        if reply.id == self.id() && self.pending.take().is_some() {
            count.refreshed += u64::from(reply.code() == 0);
            match reply.find(A::NONCE) {
                // Too old: the next request brings the new one.
                Some(nonce) if reply.code() == 438 => {
                    self.nonce = nonce.to_vec();
                    self.refreshes = Instant::now();
                }
                _ => count.refused += u64::from(reply.code() != 0),
            }
        }
    }
}

/// What the server holds of memory.
struct Memory {
    status: String,
    looked: Duration,
    /// When it had settled, and what it was then and since.
    settled: Duration,
    first: u64,
    most: u64,
}

impl Memory {
    fn new(pid: u64) -> Self {
        Self {
            status: format!("/proc/{pid}/status"),
            looked: Duration::ZERO,
            settled: Duration::ZERO,
            first: 0,
            most: 0,
        }
    }

    fn look(&mut self, at: Duration) -> io::Result<()> {
        if at < self.looked + Duration::from_secs(1) {
            return Ok(());
        }
        self.looked = at;
        let text = fs::read_to_string(&self.status)?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        let kib = kib.ok_or_else(|| io::Error::other("the server has no memory"))?;
        if self.first == 0 && at >= Duration::from_secs(60) {
            (self.settled, self.first) = (at, kib);
        }
        if self.first > 0 {
            self.most = self.most.max(kib);
        }
        Ok(())
    }
}

const PEER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const PEERS: usize = 8;
const CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// Words; a socket that is given no more room than usual holds some 270.
const MOST_AT_ONCE: u64 = 100;
const CHANNEL: u16 = 0x4000;
const BETWEEN_WORDS: Duration = Duration::from_secs(5);
const BETWEEN_REFRESHES: Duration = Duration::from_secs(60);
const LATEST: Duration = Duration::from_secs(2);
const TRIES: u32 = 4;
