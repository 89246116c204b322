//! Loads a server, and says what that costs it: STUN or TURN over UDP, signalling over WebSocket, session-d over its socket.
//!
//! ```text
//! storm echo ADDRESS                            the yardstick of Binding: what comes goes back, many datagrams a system call
//! storm forward ADDRESS                         the yardstick of a relay: a port for whoever allocates, no credentials, permissions or times
//! storm binding ADDRESS PID SECONDS RATE PORTS  Binding requests a second from so many ports (0: as many as are answered); says
//!                                               "answers N lost N us N": CPU time of the process for each, of all its threads
//! storm relay ADDRESS PID SECRET COUNT KIND SECONDS RATE
//!                                               172 bytes in channels of so many allocations, both ways: to peers, or (KIND pairs) to each other;
//!                                               says "packets N lost N us N"
//! storm setup ADDRESS PID SECRET COUNT CYCLES   allocates so often (401, Allocate, CreatePermission, ChannelBind), frees all and begins again;
//!                                               says for each cycle "allocations N us N grown N": bytes of memory more than before the first
//! storm strangers ADDRESS PID COUNT             a Binding and an Allocate without credentials from so many ports; says "answers N grown N"
//! storm answer                                  parses and answers a Binding request with FINGERPRINT, without any socket; says "answers N ns N"
//! storm flood ADDRESS PID SECRET SECONDS RATE   garbage and half-valid requests a second beside a good client that sends itself data through the relay; says
//!                                               "flood N asked N lost N p50 N p99 N grown N"
//! storm hold KIND ADDRESS PID CERTIFICATE FILE COUNT SECONDS
//!                                               so many browsers join the rooms of a file (KIND visite), or register (peerjs), and stay; says "joined N bytes N after N
//!                                               idle N": memory of the process for each, the same once all have talked, and how much of a core it takes then
//! storm lives KIND ADDRESS PID CERTIFICATE FILE COUNT
//!                                               so many pairs join, send 20 messages each way and leave; says "lives N ms N": CPU time of the process for each
//! storm empty SOCKET                            the yardstick of session-d: a tonic server whose one call does nothing
//! storm calls SOCKET PID CALL CLIENTS SECONDS   gRPC calls (empty, create, redeem or again), one at a time by each client; says
//!                                               "calls N rate N us N p50 N p99 N": a second, CPU time and microseconds that a client waits
//! storm fill SOCKET ROOMS CLIENTS               makes so many rooms; says "rooms N"
//! ```
//!
//! Every answer is looked at: its transaction id, the addresses it tells, who it came from and what is in it. An echo is taken for what it is.

mod batch;
mod binding;
mod client;
mod flood;
mod forward;
mod process;
mod relay;
mod session;
mod setup;
mod signal;

use std::{
    env,
    net::{SocketAddr, UdpSocket},
};

use anyhow::{Result, bail};
use batch::Batch;
use socket2::SockRef;

fn main() -> Result<()> {
    allow_many_sockets()?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["echo", address] => echo(&listener(address.parse()?)?),
        ["forward", address] => forward::forward(address.parse()?),
        ["binding", address, pid, seconds, rate, ports] => binding::binding(
            address.parse()?,
            pid.parse()?,
            seconds.parse()?,
            rate.parse()?,
            ports.parse()?,
        ),
        ["answer"] => binding::answer(),
        ["relay", address, pid, secret, count, kind, seconds, rate] => relay::relay(
            &client::Server::new(address.parse()?, secret),
            pid.parse()?,
            (count.parse()?, kind.parse()?),
            seconds.parse()?,
            rate.parse()?,
        ),
        ["setup", address, pid, secret, count, cycles] => setup::setup(
            &client::Server::new(address.parse()?, secret),
            pid.parse()?,
            count.parse()?,
            cycles.parse()?,
        ),
        ["strangers", address, pid, count] => setup::strangers(address.parse()?, pid.parse()?, count.parse()?),
        ["flood", address, pid, secret, seconds, rate] => flood::flood(
            &client::Server::new(address.parse()?, secret),
            pid.parse()?,
            seconds.parse()?,
            rate.parse()?,
        ),
        ["hold", kind, address, pid, certificate, file, count, seconds] => wait_for(signal::hold(
            signal::Server::new(kind, address.parse()?, pid.parse()?, certificate)?,
            file,
            count.parse()?,
            seconds.parse()?,
        )),
        ["lives", kind, address, pid, certificate, file, count] => wait_for(signal::lives(
            signal::Server::new(kind, address.parse()?, pid.parse()?, certificate)?,
            file,
            count.parse()?,
        )),
        ["empty", socket] => session::empty(socket.as_ref()),
        ["calls", socket, pid, call, clients, seconds] => session::calls(
            socket.as_ref(),
            pid.parse()?,
            call.parse()?,
            clients.parse()?,
            seconds.parse()?,
        ),
        ["fill", socket, rooms, clients] => session::fill(socket.as_ref(), rooms.parse()?, clients.parse()?),
        _ => bail!("storm: see the beginning of its source"),
    }
}

fn wait_for(load: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(load)
}

fn echo(socket: &UdpSocket) -> Result<()> {
    let mut batch = Batch::new();
    loop {
        batch.receive(socket, true)?;
        batch.turn_round();
        batch.send(socket);
    }
}

/// With room for a burst, as the servers have.
fn listener(address: SocketAddr) -> Result<UdpSocket> {
    let socket = UdpSocket::bind(address)?;
    SockRef::from(&socket).set_recv_buffer_size(BUFFER)?;
    Ok(socket)
}

fn allow_many_sockets() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(
        Resource::Nofile,
        Rlimit {
            current: maximum,
            maximum,
        },
    )?)
}

const BUFFER: usize = 1024 * 1024;
