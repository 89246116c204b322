//! DTLS 1.2 over UDP (RFC 7350; the relay over it: RFC 8656 section 3.1). Browsers don't use it; other programs may.
//!
//! ```text
//! client                      door                      session
//!   | ClientHello              |
//!   |------------------------->|  nothing is kept
//!   |       HelloVerifyRequest |
//!   |<-------------------------|
//!   | ClientHello, cookie      |
//!   |------------------------->|--- it has a seat ------>|
//!   |<-------------------------------------- handshake ->|
//! ```
//!
//! `hello` is what the door does, and all that a stranger gets: an answer that is shorter than what it asked. `session` is one client's, whose address is proven;
//! the protocol itself is the crate `dimpl`'s.

mod hello;
mod identity;
mod session;

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use socket2::{Protocol, Type};
use tokio::{
    net::UdpSocket,
    sync::{
        mpsc::{Sender, channel},
        watch,
    },
    task::JoinSet,
    time::sleep,
};

use crate::{chance, client::Client, meter::Entrance, seats::Seats, socket, tcp::Common};
use hello::{Cookies, Hello, Random};
pub(crate) use identity::Identity;
use session::{Admission, Session};

#[derive(Debug)]
pub(crate) struct DtlsPort {
    socket: Arc<UdpSocket>,
    addr: SocketAddr,
    identity: watch::Receiver<Arc<Identity>>,
    cookies: Cookies,
}

impl DtlsPort {
    /// Each handshake shows the identity that there is then. `addr` is no wildcard: the answers have to leave from it.
    pub(crate) fn bind(addr: SocketAddr, identity: watch::Receiver<Arc<Identity>>) -> anyhow::Result<Self> {
        let mut handed = daemon::sockets::handed_udp(addr);
        let socket = match handed.pop() {
            Some(socket) if handed.is_empty() => socket,
            Some(_) => anyhow::bail!("the socket unit names {addr} more than once, where one socket takes all of DTLS"),
            None => {
                let socket = socket::unbound(addr, Type::DGRAM, Protocol::UDP)?;
                socket.bind(&addr.into())?;
                socket
            }
        };
        let socket = UdpSocket::from_std(socket.into())?;
        Ok(Self {
            addr: socket.local_addr()?,
            socket: Arc::new(socket),
            identity,
            cookies: Cookies::new(&chance()?),
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) async fn serve(self, common: Arc<Common>) -> anyhow::Result<()> {
        let mut door = Door {
            port: self,
            common,
            guests: HashMap::new(),
            seats: Seats::default(),
            sessions: JoinSet::new(),
        };
        let mut datagram = vec![0; LONGEST + 1];
        loop {
            tokio::select! {
                received = door.port.socket.recv_from(&mut datagram) => match received {
                    Ok((count, from)) if count <= LONGEST => door.receive(&datagram[..count], from),
                    Ok(_) => {}
                    Err(_) => sleep(A_BREATH).await,
                },
                // At the most as often as there are handshakes, which cost far more.
                Some(_ended) = door.sessions.join_next() => door.guests.retain(|_, guest| !guest.mailbox.is_closed()),
            }
        }
    }
}

/// Who comes, and who is there.
struct Door {
    port: DtlsPort,
    common: Arc<Common>,
    guests: HashMap<SocketAddr, Guest>,
    seats: Seats,
    sessions: JoinSet<()>,
}

/// One whose address is proven.
struct Guest {
    /// Of its ClientHello: another one is another session.
    random: Random,
    mailbox: Sender<Vec<u8>>,
}

impl Door {
    fn receive(&mut self, datagram: &[u8], from: SocketAddr) {
        match Hello::parse(datagram) {
            Some(hello) => self.greet(&hello, datagram, from),
            None => self.pass_on(datagram, from),
        }
    }

    fn greet(&mut self, hello: &Hello<'_>, datagram: &[u8], from: SocketAddr) {
        let is_here = |guest: &Guest| guest.random == hello.random && !guest.mailbox.is_closed();
        if !hello.is_first() && self.guests.get(&from).is_some_and(is_here) {
            return self.pass_on(datagram, from);
        }
        let is_proven = self.port.cookies.knows(hello, from);
        if !hello.is_first() && !is_proven {
            return;
        }
        let cost = if is_proven { A_HANDSHAKE } else { 1 };
        let clock = self.common.began.elapsed();
        if !self.common.rates().affords(from.ip(), clock, cost) {
            let meters = &self.common.meters;
            meters.of_connection(Entrance::Dtls, from).rate_limited();
        } else if !hello.is_of_today() {
            let _ = self.port.socket.try_send_to(&hello.refuse(), from);
        } else if is_proven {
            self.admit(hello, datagram, from);
        } else {
            let answer = self.port.cookies.ask(hello, from);
            // What can't be sent now is asked for again.
            let _ = self.port.socket.try_send_to(&answer, from);
        }
    }

    /// Who was there under this address has gone without a word (RFC 6347 section 4.2.8): its mailbox is closed, which ends its session.
    fn admit(&mut self, hello: &Hello<'_>, datagram: &[u8], from: SocketAddr) {
        self.guests.remove(&from);
        let Some(seat) = self.seats.take(from.ip()) else { return };
        let (mailbox, mail) = channel(MOST_LETTERS);
        let admission = Admission {
            identity: Arc::clone(&self.port.identity.borrow()),
            hello: datagram.to_vec(),
            cookie: hello.cookie_bytes(),
        };
        let socket = Arc::clone(&self.port.socket);
        let client = Client::new(from, self.port.addr, Entrance::Dtls, Arc::clone(&self.common));
        self.sessions.spawn(async move {
            Session::new(socket, from, client, mail, &admission)
                .serve(&admission)
                .await;
            drop(seat);
        });
        let random = hello.random;
        self.guests.insert(from, Guest { random, mailbox });
    }

    fn pass_on(&self, datagram: &[u8], from: SocketAddr) {
        if let Some(guest) = self.guests.get(&from) {
            // What comes faster than it is taken is lost, as on the way.
            let _ = guest.mailbox.try_send(datagram.to_vec());
        }
    }
}

/// Bytes of a datagram: the longest message, and what DTLS puts around it.
const LONGEST: usize = stun::MAX_REQUEST + 64;
/// That wait for a session.
const MOST_LETTERS: usize = 32;
/// Its price in answers: it takes a signature, and an agreement on keys.
const A_HANDSHAKE: u32 = 20;
const A_BREATH: Duration = Duration::from_millis(50);
