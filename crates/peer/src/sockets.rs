//! Where packets come in and go out: a UDP socket, and an address of a relay.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use room::wire::IceServer;
use stun::{AttributeType, Builder, Class, Framer, Message, Method};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    sync::mpsc,
    task::JoinHandle,
    time::{sleep_until, timeout},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, pki_types::ServerName},
};

use crate::{
    chance::draw,
    server::in_time,
    steps::{Failure, Step},
    turn::{Allocation, Came},
    ways::{Url, Way},
};

/// What one end of a visit sends and receives by.
pub(crate) struct Sockets {
    udp: UdpSocket,
    /// The UDP socket's own address.
    pub(crate) host: SocketAddr,
    /// As a STUN server saw it.
    pub(crate) reflexive: Option<SocketAddr>,
    relay: Option<Relay>,
    buffer: Box<[u8; LARGEST]>,
}

struct Relay {
    allocation: Allocation,
    address: SocketAddr,
    wire: Wire,
    buffer: Box<[u8; LARGEST]>,
}

/// How a relay is reached.
enum Wire {
    Udp(UdpSocket),
    Stream {
        incoming: mpsc::Receiver<Vec<u8>>,
        outgoing: mpsc::Sender<Vec<u8>>,
        pump: JoinHandle<()>,
    },
}

/// A packet of the other end's.
pub(crate) struct Packet<'a> {
    pub(crate) from: SocketAddr,
    /// Which of this end's addresses it came to.
    pub(crate) to: SocketAddr,
    pub(crate) bytes: &'a [u8],
}

impl Sockets {
    /// At the address from which `server` is reached, or others where that is this machine.
    pub(crate) async fn bind(server: SocketAddr) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::new(Step::Ice, format!("no UDP socket: {error}"));
        let own = own_address(server).await.map_err(failed)?;
        let udp = UdpSocket::bind((own, 0)).await.map_err(failed)?;
        Ok(Self {
            host: udp.local_addr().map_err(failed)?,
            udp,
            reflexive: None,
            relay: None,
            buffer: Box::new([0; LARGEST]),
        })
    }

    /// Asks the first STUN server that was told.
    pub(crate) async fn ask_stun(&mut self, servers: &[IceServer], patience: Duration) -> Result<(), Failure> {
        let mut urls = servers.iter().flat_map(|server| &server.urls);
        let Some(url) = urls.find_map(|url| Url::parse(url).filter(|url| url.way == Way::Direct)) else {
            return Err(Failure::new(Step::Stun, "the server tells of no STUN server"));
        };
        let address = url.resolve(Step::Stun, self.host.ip()).await?;
        let id = draw();
        let mut request = [0; 64];
        let length = Builder::new(&mut request, Method::BINDING, Class::Request, id)
            .fingerprint()
            .finish();
        let failed = |what: &str| Failure::new(Step::Stun, format!("{address} (UDP): {what}"));
        let deadline = Instant::now() + patience;
        let mut wait = FIRST_WAIT;
        while Instant::now() < deadline {
            let sent = self.udp.send_to(&request[..length], address).await;
            sent.map_err(|error| failed(&error.to_string()))?;
            let Ok(received) = timeout(wait, self.udp.recv_from(&mut self.buffer[..])).await else {
                wait *= 2;
                continue;
            };
            // Nobody listens there: the next attempt may find somebody.
            let Ok((length, _)) = received else {
                tokio::time::sleep(wait).await;
                continue;
            };
            let Ok(answer) = Message::parse(&self.buffer[..length]) else {
                continue;
            };
            let mapped = answer.attribute(AttributeType::XOR_MAPPED_ADDRESS);
            let mapped = mapped.and_then(|mapped| mapped.xor_address(id));
            if answer.transaction_id() == id && mapped.is_some() {
                self.reflexive = mapped;
                return Ok(());
            }
        }
        Err(failed(&format!("no answer within {} s", patience.as_secs())))
    }

    /// Gets an address of the relay's.
    pub(crate) async fn ask_relay(
        &mut self,
        way: Way,
        servers: &[IceServer],
        tls: &Arc<ClientConfig>,
        patience: Duration,
    ) -> Result<SocketAddr, Failure> {
        let Some((url, credential)) = way.url(servers) else {
            let what = format!("the server tells of no relay that is reached so ({})", way.name());
            return Err(Failure::new(Step::Relay, what));
        };
        let server = url.resolve(Step::Relay, self.host.ip()).await?;
        let wire = in_time(Step::Relay, patience, Wire::open(way, &url, server, tls)).await?;
        let wire = wire.map_err(|error| Failure::new(Step::Relay, format!("{server} ({}): {error}", way.name())))?;
        let allocation = Allocation::ask(credential, way != Way::RelayUdp, Instant::now());
        let mut relay = Relay {
            allocation,
            // Until there is one.
            address: server,
            wire,
            buffer: Box::new([0; LARGEST]),
        };
        relay.address = in_time(Step::Relay, patience, relay.allocated(way, server)).await??;
        let address = relay.address;
        self.relay = Some(relay);
        Ok(address)
    }

    /// The relay's address that stands for this end.
    pub(crate) fn relayed(&self) -> Option<SocketAddr> {
        self.relay.as_ref().map(|relay| relay.address)
    }

    pub(crate) async fn send(&mut self, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        match &mut self.relay {
            Some(relay) if relay.address == from => {
                relay.allocation.send(to, bytes, Instant::now());
                relay.flush().await;
            }
            // What can't be sent is lost, as it may be on the way: ICE notices.
            _ => drop(self.udp.send_to(bytes, to).await),
        }
    }

    /// The next packet, or `None` when the relay was busy with itself. To be called again until `deadline`.
    pub(crate) async fn receive(&mut self, deadline: Instant) -> Result<Option<Packet<'_>>, Failure> {
        let Self {
            udp,
            host,
            relay,
            buffer,
            ..
        } = self;
        let Some(relay) = relay else {
            return tokio::select! {
                () = sleep_until(deadline.into()) => Ok(None),
                received = udp.recv_from(&mut buffer[..]) => Ok(received.ok().map(|(length, from)| Packet { from, to: *host, bytes: &buffer[..length] })),
            };
        };
        let due = relay
            .allocation
            .poll_timeout()
            .map_or(deadline, |due| due.min(deadline));
        let length = tokio::select! {
            () = sleep_until(due.into()) => {
                relay.wait_is_over()?;
                relay.flush().await;
                return Ok(None);
            }
            received = udp.recv_from(&mut buffer[..]) => {
                return Ok(received.ok().map(|(length, from)| Packet { from, to: *host, bytes: &buffer[..length] }));
            }
            length = relay.wire.receive(&mut relay.buffer[..]) => length?,
        };
        let came = relay.allocation.receive(&relay.buffer[..length], Instant::now());
        relay.wire.carry(&mut relay.allocation).await;
        match came {
            Came::Data(from, bytes) => Ok(Some(Packet {
                from,
                to: relay.address,
                bytes,
            })),
            Came::Refused(code) => Err(Failure::new(Step::Relay, format!("the relay ended it (error {code})"))),
            Came::Nothing | Came::Allocated(_) => Ok(None),
        }
    }

    /// Gives the relay's address back.
    pub(crate) async fn release(&mut self) {
        if let Some(relay) = &mut self.relay {
            relay.allocation.release(Instant::now());
            relay.flush().await;
        }
    }
}

impl Relay {
    async fn allocated(&mut self, way: Way, server: SocketAddr) -> Result<SocketAddr, Failure> {
        loop {
            self.flush().await;
            let due = self.allocation.poll_timeout().expect("an answer is waited for");
            let length = tokio::select! {
                () = sleep_until(due.into()) => { self.wait_is_over()?; continue }
                length = self.wire.receive(&mut self.buffer[..]) => length?,
            };
            match self.allocation.receive(&self.buffer[..length], Instant::now()) {
                Came::Allocated(address) => return Ok(address),
                Came::Refused(code) => {
                    let what = format!("{server} ({}) refused: {}", way.name(), meaning(code));
                    return Err(Failure::new(Step::Relay, what));
                }
                Came::Nothing | Came::Data(..) => {}
            }
        }
    }

    fn wait_is_over(&mut self) -> Result<(), Failure> {
        self.allocation
            .handle_timeout(Instant::now())
            .map_err(|_| Failure::new(Step::Relay, "the relay does not answer"))
    }

    async fn flush(&mut self) {
        self.wire.carry(&mut self.allocation).await;
    }
}

impl Wire {
    async fn open(way: Way, url: &Url, server: SocketAddr, tls: &Arc<ClientConfig>) -> io::Result<Self> {
        if way == Way::RelayUdp {
            let any: IpAddr = if server.is_ipv4() {
                Ipv4Addr::UNSPECIFIED.into()
            } else {
                Ipv6Addr::UNSPECIFIED.into()
            };
            let socket = UdpSocket::bind((any, 0)).await?;
            socket.connect(server).await?;
            return Ok(Self::Udp(socket));
        }
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let (to_us, incoming) = mpsc::channel(QUEUE);
        let (outgoing, from_us) = mpsc::channel(QUEUE);
        let pump = if way == Way::RelayTls {
            let name = ServerName::try_from(url.host.clone()).map_err(io::Error::other)?;
            let stream = TlsConnector::from(tls.clone()).connect(name, stream).await?;
            tokio::spawn(pump(stream, to_us, from_us))
        } else {
            tokio::spawn(pump(stream, to_us, from_us))
        };
        Ok(Self::Stream {
            incoming,
            outgoing,
            pump,
        })
    }

    /// Sends what the allocation wants to be sent.
    async fn carry(&self, allocation: &mut Allocation) {
        while let Some(bytes) = allocation.poll_transmit() {
            match self {
                // As in `Sockets::send`; what a dropped future takes with it is asked for again.
                Self::Udp(socket) => drop(socket.send(&bytes).await),
                // A relay that reads so slowly has lost it, as a network would. Whoever waited here might be dropped, and a request with it.
                Self::Stream { outgoing, .. } => drop(outgoing.try_send(bytes)),
            }
        }
    }

    async fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        match self {
            Self::Udp(socket) => socket
                .recv(buffer)
                .await
                .map_err(|error| Failure::new(Step::Relay, format!("the relay can't be reached: {error}"))),
            Self::Stream { incoming, .. } => {
                let bytes = incoming.recv().await;
                let bytes = bytes.ok_or_else(|| Failure::new(Step::Relay, "the relay closed the connection"))?;
                buffer[..bytes.len()].copy_from_slice(&bytes);
                Ok(bytes.len())
            }
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if let Self::Stream { pump, .. } = self {
            pump.abort();
        }
    }
}

/// Carries whole messages between a stream and two queues, until either ends.
async fn pump(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite,
    to_us: mpsc::Sender<Vec<u8>>,
    mut from_us: mpsc::Receiver<Vec<u8>>,
) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let read = async {
        let mut framer = Framer::with_channels();
        while let Ok(length @ 1..) = reader.read(framer.space()).await {
            framer.filled(length);
            while let Ok(Some(message)) = framer.next() {
                if to_us.send(message.to_vec()).await.is_err() {
                    return;
                }
            }
        }
    };
    let write = async {
        while let Some(bytes) = from_us.recv().await {
            if writer.write_all(&bytes).await.is_err() || writer.flush().await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = read => {}
        () = write => {}
    }
}

/// From where this machine reaches `server`. Where that is the machine itself, from where it reaches others: a browser beside us may not look at the loopback (Firefox
/// doesn't).
async fn own_address(server: SocketAddr) -> io::Result<IpAddr> {
    let own = towards(server).await?;
    if !own.is_loopback() {
        return Ok(own);
    }
    // Addresses for documentation (RFC 5737, RFC 3849): which way they would go is asked, nothing is sent there.
    let elsewhere: IpAddr = if server.is_ipv4() {
        Ipv4Addr::new(192, 0, 2, 1).into()
    } else {
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()
    };
    Ok(towards((elsewhere, server.port()).into()).await.unwrap_or(own))
}

async fn towards(address: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if address.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(address).await?;
    Ok(socket.local_addr()?.ip())
}

/// What a TURN error says to an operator (RFC 8656 section 15).
fn meaning(code: u16) -> String {
    let what = match code {
        401 => "the credential is not good: session-d and stun-d have different secrets",
        403 => "this is forbidden",
        437 => "the address was used before",
        486 => "this credential has as many allocations as it may",
        508 => "the relay is full, or drains",
        _ => return format!("error {code}"),
    };
    format!("{what} (error {code})")
}

const LARGEST: usize = 2_048;
const QUEUE: usize = 64;
const FIRST_WAIT: Duration = Duration::from_millis(500);
