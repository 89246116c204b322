//! What a good client notices of a flood.

use std::{
    io::{Write as _, stdout},
    net::{SocketAddr, UdpSocket},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use stun::{AttributeType as A, Builder, Class, Message, Method, TransactionId};

use crate::{
    batch::Batch,
    client::{Server, over_udp},
    process::memory,
    relay::{Kind, Pair, pairs},
};

pub(crate) fn flood(server: &Server, pid: u32, seconds: f64, rate: u64) -> Result<()> {
    let length = Duration::from_secs_f64(seconds);
    let pair = pairs(server, 1, Kind::Peers)?.pop().expect("one was made");
    let (is_over, sent) = (AtomicBool::new(false), AtomicU64::new(0));
    let address = server.address;
    thread::scope(|scope| {
        let storm = scope.spawn(|| pour(address, rate, &is_over, &sent));
        let good = converse(pair, pid, length);
        is_over.store(true, Ordering::Relaxed);
        storm.join().expect("it ends")?;
        let Good {
            mut delays,
            asked,
            grown,
        } = good?;
        ensure!(!delays.is_empty(), "nothing came through");
        delays.sort_unstable();
        let at = |share: f64| delays[((delays.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        writeln!(
            stdout(),
            "flood {:.0} asked {asked} lost {} p50 {:.3} p99 {:.3} grown {grown}",
            sent.load(Ordering::Relaxed) as f64 / seconds,
            asked - delays.len() as u64,
            at(0.5),
            at(0.99)
        )?;
        Ok(())
    })
}

struct Good {
    delays: Vec<Duration>,
    asked: u64,
    /// Bytes more than in the flood's first tenth.
    grown: u64,
}

/// Speech: a datagram each 20 ms, by turns to the peer and from it; how long each takes.
fn converse(mut pair: Pair, pid: u32, length: Duration) -> Result<Good> {
    let (mut letters, mut heard) = (Batch::new(), Batch::new());
    let begin = Instant::now();
    let mut delays = Vec::new();
    let mut asked = 0;
    let mut flat = None;
    let mut most = 0;
    while begin.elapsed() < length {
        let from = usize::from(asked % 2 == 1);
        let said = Instant::now();
        pair.say(&mut letters, from, 1);
        asked += 1;
        let mut came = false;
        while said.elapsed() < EACH || (!came && said.elapsed() < LOST) {
            if pair.hear(&mut heard, 1 - from)? > 0 && !came {
                delays.push(said.elapsed());
                came = true;
            }
            thread::sleep(A_GLANCE);
        }
        if begin.elapsed() > length / 10 {
            let memory = memory(pid)?;
            flat.get_or_insert(memory);
            most = most.max(memory);
        }
    }
    Ok(Good {
        delays,
        asked,
        grown: most.saturating_sub(flat.unwrap_or(most)),
    })
}

/// So many datagrams a second, of every kind that is of no use.
fn pour(server: SocketAddr, rate: u64, is_over: &AtomicBool, sent: &AtomicU64) -> Result<()> {
    let ports = (0..PORTS)
        .map(|_| {
            let socket = UdpSocket::bind(SocketAddr::new(server.ip(), 0))?;
            socket.connect(server)?;
            let kinds = kinds(&nonce(&socket)?);
            socket.set_nonblocking(true)?;
            Ok((socket, kinds))
        })
        .collect::<Result<Vec<_>>>()?;
    let (mut letters, mut answers) = (Batch::new(), Batch::new());
    let begin = Instant::now();
    let mut count = 0;
    while !is_over.load(Ordering::Relaxed) {
        let allowed = (begin.elapsed().as_secs_f64() * rate as f64) as u64;
        if allowed < count + BURST {
            thread::sleep(A_GLANCE);
            continue;
        }
        let (socket, kinds) = &ports[(count / BURST) as usize % ports.len()];
        letters.clear();
        for number in count..count + BURST {
            letters.push(&kinds[number as usize % kinds.len()]);
        }
        letters.send(socket);
        // So that what is answered does not fill it.
        answers.receive(socket, false)?;
        count += BURST;
        sent.store(count, Ordering::Relaxed);
    }
    Ok(())
}

/// One that the server takes from this port for half an hour.
fn nonce(socket: &UdpSocket) -> Result<Vec<u8>> {
    socket.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut bytes = [0; 512];
    let request = Builder::new(&mut bytes, Method::ALLOCATE, Class::Request, ID);
    // As long as it has to be for the answer to hold one.
    let length = over_udp(request).attribute(A::USERNAME, NOBODY).finish();
    socket.send(&bytes[..length])?;
    // The flood has begun for others: what is asked may be lost.
    for _ in 0..10 {
        if let Ok(length) = socket.recv(&mut bytes)
            && let Some(nonce) = Message::parse(&bytes[..length])?.attribute(A::NONCE)
        {
            return Ok(nonce.value.to_vec());
        }
    }
    bail!("no nonce")
}

/// The dearest are those with a right nonce: the password has to be tried.
fn kinds(nonce: &[u8]) -> Vec<Vec<u8>> {
    let built = |method, class, with: &dyn for<'a> Fn(Builder<'a>) -> Builder<'a>| {
        let mut bytes = vec![0; 512];
        let length = with(Builder::new(&mut bytes, method, class, ID)).finish();
        bytes.truncate(length);
        bytes
    };

    let mut broken = built(Method::BINDING, Class::Request, &|it| it.fingerprint());
    *broken.last_mut().expect("it is a message") ^= 1;
    vec![
        vec![0xff; 172],
        vec![0; 20],
        (0..200).map(|byte: u8| byte.wrapping_mul(37)).collect(),
        // A channel of nobody.
        [&[0x40, 1, 0, 172][..], &[0; 172]].concat(),
        broken,
        built(Method::BINDING, Class::Request, &|it| it),
        built(Method::ALLOCATE, Class::Request, &over_udp),
        built(Method::ALLOCATE, Class::Request, &|it| proven(it, nonce)),
        built(Method::REFRESH, Class::Request, &|it| proven(it, nonce)),
        built(Method::SEND, Class::Indication, &over_udp),
        built(Method::BINDING, Class::Success, &|it| it),
        built(Method::ALLOCATE, Class::Request, &over_udp)[..26].to_vec(),
    ]
}

fn proven<'a>(it: Builder<'a>, nonce: &[u8]) -> Builder<'a> {
    over_udp(it)
        .attribute(A::USERNAME, NOBODY)
        .attribute(A::REALM, b"turn")
        .attribute(A::NONCE, nonce)
        .integrity_sha1(b"guessed")
        .fingerprint()
}

const ID: TransactionId = [7; 12];
/// A name that an ephemeral credential may have.
const NOBODY: &[u8] = b"9999999999:nobody";
const PORTS: usize = 64;
const BURST: u64 = 16;
/// Between two datagrams of the good client.
const EACH: Duration = Duration::from_millis(20);
const LOST: Duration = Duration::from_millis(500);
const A_GLANCE: Duration = Duration::from_micros(200);
