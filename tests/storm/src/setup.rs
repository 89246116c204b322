//! Making allocations, and asking without having any.

use std::{
    io::{Write as _, stdout},
    net::{SocketAddr, UdpSocket},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use stun::{Builder, Class, Message, Method};

use crate::{
    client::{Client, Server, Wish, over_udp},
    process::{cpu, memory},
};

/// Each allocation has one permission and one channel.
pub(crate) fn setup(server: &Server, pid: u32, count: u32, cycles: u32) -> Result<()> {
    // What the first of all needs is not the others'.
    let mut first = Client::new(server)?;
    first.allocate(server)?;
    first.bind(server, PEER)?;
    first.free(server)?;
    let empty = memory(pid)?;
    for _ in 0..cycles {
        let mut clients = (0..count).map(|_| Client::new(server)).collect::<Result<Vec<_>>>()?;
        let before = cpu(pid)?;
        for some in clients.chunks_mut(AT_ONCE) {
            for wish in WISHES {
                for client in &mut *some {
                    client.ask(server, wish)?;
                }
                for client in &mut *some {
                    client.hear(server, wish)?;
                }
            }
        }
        let spent = cpu(pid)? - before;
        let grown = memory(pid)?.saturating_sub(empty);
        for client in &mut clients {
            client.free(server)?;
        }
        writeln!(
            stdout(),
            "allocations {count} us {:.3} grown {grown}",
            spent.as_secs_f64() * 1e6 / f64::from(count)
        )?;
    }
    Ok(())
}

/// From each port a Binding and an Allocate that proves nothing.
pub(crate) fn strangers(server: SocketAddr, pid: u32, count: u32) -> Result<()> {
    ask(server, 0)?;
    let before = memory(pid)?;
    // Kept open, so that each is another one.
    let ports = (1..=count)
        .map(|number| ask(server, number))
        .collect::<Result<Vec<_>>>()?;
    let grown = memory(pid)?.saturating_sub(before);
    writeln!(stdout(), "answers {} grown {grown}", 2 * ports.len())?;
    Ok(())
}

fn ask(server: SocketAddr, number: u32) -> Result<UdpSocket> {
    let socket = UdpSocket::bind(SocketAddr::new(server.ip(), 0))?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut id = [0; 12];
    id[..4].copy_from_slice(&number.to_be_bytes());
    for (method, class) in [(Method::BINDING, Class::Success), (Method::ALLOCATE, Class::Error)] {
        let mut bytes = [0; 1024];
        let request = Builder::new(&mut bytes, method, Class::Request, id);
        let request = match method {
            Method::ALLOCATE => over_udp(request),
            _ => request,
        };
        let length = request.finish();
        socket.send(&bytes[..length])?;
        let length = socket.recv(&mut bytes).context("nothing is answered")?;
        let answer = Message::parse(&bytes[..length])?;
        ensure!(
            (answer.transaction_id(), answer.method(), answer.class()) == (id, method, class),
            "it is another answer"
        );
    }
    Ok(socket)
}

/// The first only has the answer that tells how to prove oneself.
const WISHES: [Wish; 4] = [
    Wish::Allocation,
    Wish::Allocation,
    Wish::Permission(PEER),
    Wish::Channel(PEER),
];
/// As many wait for their answer at a time, as they do at a server that has much to do.
const AT_ONCE: usize = 32;
/// Nobody: nothing is sent.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 2)), 9);
