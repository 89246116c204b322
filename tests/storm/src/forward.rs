//! The yardstick of a relay: what a relay can't do without, and nothing else. Whoever allocates has a port, whatever is bound to a channel is forwarded; no credential,
//! permission or time is looked at.

use std::{
    collections::HashMap,
    net::{SocketAddr, SocketAddrV4, UdpSocket},
    os::fd::AsRawFd as _,
};

use anyhow::{Context as _, Result};
use rustix::event::epoll;
use stun::{AttributeType, Builder, Class, Message, Method};

use crate::batch::{Batch, HEAD};

/// One client's. It has one channel.
struct Way {
    client: SocketAddrV4,
    socket: UdpSocket,
    peer: SocketAddrV4,
    head: [u8; 2],
}

pub(crate) fn forward(address: SocketAddr) -> Result<()> {
    let listener = crate::listener(address)?;
    let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let in_ = epoll::EventFlags::IN;
    epoll::add(&poll, &listener, epoll::EventData::new_u64(LISTENER), in_)?;
    let mut ways: Vec<Way> = Vec::new();
    let mut of_client: HashMap<SocketAddrV4, usize> = HashMap::new();
    let (mut batch, mut events) = (Batch::new(), Vec::with_capacity(EVENTS));
    loop {
        events.clear();
        epoll::wait(&poll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in &events {
            let at = event.data.u64();
            if at == LISTENER {
                batch.receive(&listener, false)?;
                from_clients(&mut batch, &listener, &mut ways, &mut of_client, |way, at| {
                    epoll::add(&poll, &way.socket, epoll::EventData::new_u64(at), in_)
                })?;
            } else {
                let way = &ways[at as usize];
                batch.receive(&way.socket, false)?;
                for number in 0..batch.len() {
                    let length = batch.read(number).1.len() as u16;
                    let [high, low] = length.to_be_bytes();
                    batch.head(number, [way.head[0], way.head[1], high, low], way.client);
                }
                batch.send(&listener);
            }
        }
    }
}

/// What is for the same port leaves in one call.
fn from_clients(
    batch: &mut Batch,
    listener: &UdpSocket,
    ways: &mut Vec<Way>,
    of_client: &mut HashMap<SocketAddrV4, usize>,
    watch: impl Fn(&Way, u64) -> rustix::io::Result<()>,
) -> Result<()> {
    let mut socket = listener.as_raw_fd();
    let mut start = 0;
    for number in 0..batch.len() {
        let (client, bytes) = batch.read(number);
        let own = if bytes[0] & 0xc0 == 0x40 {
            let way = &ways[of_client[&client]];
            batch.behead(number, way.peer);
            way.socket.as_raw_fd()
        } else {
            let mut answer = [0; 128];
            let message = Message::parse(bytes).context("neither STUN nor a channel's")?;
            let length = arrange(message, client, ways, of_client, &watch, &mut answer)?;
            batch.answer(number, &answer[..length]);
            listener.as_raw_fd()
        };
        if own != socket {
            batch.send_some(socket, start..number);
            (socket, start) = (own, number);
        }
    }
    batch.send_some(socket, start..batch.len());
    Ok(())
}

fn arrange(
    request: Message<'_>,
    client: SocketAddrV4,
    ways: &mut Vec<Way>,
    of_client: &mut HashMap<SocketAddrV4, usize>,
    watch: impl Fn(&Way, u64) -> rustix::io::Result<()>,
    answer: &mut [u8],
) -> Result<usize> {
    let id = request.transaction_id();
    let reply = Builder::new(answer, request.method(), Class::Success, id);
    Ok(match request.method() {
        Method::ALLOCATE => {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_nonblocking(true)?;
            let relayed = socket.local_addr()?;
            let way = Way {
                client,
                socket,
                peer: client,
                head: [0; 2],
            };
            watch(&way, ways.len() as u64)?;
            of_client.insert(client, ways.len());
            ways.push(way);
            reply.xor_address(AttributeType::XOR_RELAYED_ADDRESS, relayed).finish()
        }
        Method::CHANNEL_BIND => {
            let way = &mut ways[of_client[&client]];
            let value = |kind| request.attribute(kind).context("an attribute is missing");
            way.head = *value(AttributeType::CHANNEL_NUMBER)?
                .value
                .first_chunk()
                .context("no number")?;
            let peer = value(AttributeType::XOR_PEER_ADDRESS)?.xor_address(id);
            let Some(SocketAddr::V4(peer)) = peer else {
                anyhow::bail!("no address of IPv4");
            };
            way.peer = peer;
            reply.finish()
        }
        _ => reply.finish(),
    })
}

const LISTENER: u64 = u64::MAX;
const EVENTS: usize = 256;
const _: () = assert!(HEAD == 4, "a channel's head has four bytes");
