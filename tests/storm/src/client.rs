//! A client of a relay, which proves itself where it is asked to.

use std::{
    net::{SocketAddr, UdpSocket},
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, Result, bail, ensure};
use aws_lc_rs::hmac;
use data_encoding::BASE64;
use md5::{Digest as _, Md5};
use stun::{
    AttributeType as A, Builder, Class, Message, Method,
    integrity::{self, Integrity},
};

/// Where the relay is, and what proves that one may use it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    user: String,
    password: String,
}

impl Server {
    /// An ephemeral credential (TURN REST API) that `secret` makes, for an hour from now.
    pub(crate) fn new(address: SocketAddr, secret: &str) -> Self {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let user = format!("{}:storm", now.as_secs() + 3_600);
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
        let password = BASE64.encode(hmac::sign(&key, user.as_bytes()).as_ref());
        Self {
            address,
            user,
            password,
        }
    }
}

/// One client, with its own port.
pub(crate) struct Client {
    pub(crate) socket: UdpSocket,
    address: SocketAddr,
    /// What the relay asked for, and the key that follows from it. `None` as long as it hasn't.
    challenge: Option<Challenge>,
    asked: u64,
}

struct Challenge {
    realm: Vec<u8>,
    nonce: Vec<u8>,
    key: [u8; 16],
}

impl Client {
    pub(crate) fn new(server: &Server) -> Result<Self> {
        let socket = UdpSocket::bind(SocketAddr::new(server.address.ip(), 0))?;
        socket.connect(server.address)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            address: socket.local_addr()?,
            socket,
            challenge: None,
            asked: 0,
        })
    }

    /// A relayed address.
    pub(crate) fn allocate(&mut self, server: &Server) -> Result<SocketAddr> {
        loop {
            self.ask(server, Wish::Allocation)?;
            if let Some(relayed) = self.hear(server, Wish::Allocation)? {
                return Ok(relayed);
            }
        }
    }

    /// A permission and the channel [`CHANNEL`] for this peer.
    pub(crate) fn bind(&mut self, server: &Server, peer: SocketAddr) -> Result<()> {
        for wish in [Wish::Permission(peer), Wish::Channel(peer)] {
            self.ask(server, wish)?;
            self.hear(server, wish)?;
        }
        Ok(())
    }

    /// Gives the allocation back.
    pub(crate) fn free(&mut self, server: &Server) -> Result<()> {
        self.ask(server, Wish::End)?;
        self.hear(server, Wish::End).map(|_| ())
    }

    /// Asks, and waits for nothing.
    pub(crate) fn ask(&mut self, server: &Server, wish: Wish) -> Result<()> {
        self.asked += 1;
        let mut request = [0; 512];
        let it = wish.write(Builder::new(&mut request, wish.method(), Class::Request, self.id()));
        let it = match &self.challenge {
            None => it,
            Some(Challenge { realm, nonce, key }) => it
                .attribute(A::USERNAME, server.user.as_bytes())
                .attribute(A::REALM, realm)
                .attribute(A::NONCE, nonce)
                .integrity_sha1(key),
        };
        let length = it.finish();
        self.socket.send(&request[..length])?;
        Ok(())
    }

    /// Waits for the answer to what was asked last: the relayed address where that was an allocation, nothing where it is to be asked for again with a proof.
    pub(crate) fn hear(&mut self, server: &Server, wish: Wish) -> Result<Option<SocketAddr>> {
        let mut bytes = [0; 1024];
        let length = self.socket.recv(&mut bytes).context("nothing is answered")?;
        let answer = Message::parse(&bytes[..length]).context("an answer is no STUN")?;
        let id = answer.transaction_id();
        ensure!(id == self.id(), "an answer to what was not asked");
        ensure!(answer.method() == wish.method(), "an answer to something else");
        match (&self.challenge, answer.class()) {
            (None, Class::Error) => {
                let value = |kind| answer.attribute(kind).map(|attribute| attribute.value.to_vec());
                let (Some(realm), Some(nonce)) = (value(A::REALM), value(A::NONCE)) else {
                    bail!("a challenge without a realm or nonce");
                };
                let parts = [server.user.as_bytes(), b":", &realm, b":", server.password.as_bytes()];
                let key = Md5::digest(parts.concat()).into();
                self.challenge = Some(Challenge { realm, nonce, key });
                return Ok(None);
            }
            (Some(Challenge { key, .. }), Class::Success) => {
                ensure!(
                    integrity::check(answer, key) == Integrity::Right,
                    "an answer proves nothing"
                );
            }
            (None, Class::Success) => {}
            _ => bail!("{:?}: {}", wish.method(), code(answer)),
        }
        if !matches!(wish, Wish::Allocation) {
            return Ok(None);
        }
        let address = |kind| answer.attribute(kind).and_then(|told| told.xor_address(id));
        // The bare forwarder tells nobody.
        if self.challenge.is_some() {
            ensure!(
                address(A::XOR_MAPPED_ADDRESS) == Some(self.address),
                "it tells another address"
            );
        }
        address(A::XOR_RELAYED_ADDRESS).context("no relayed address").map(Some)
    }

    fn id(&self) -> [u8; 12] {
        let mut id = [0; 12];
        id[4..].copy_from_slice(&self.asked.to_be_bytes());
        id
    }
}

/// What a client asks a relay for.
#[derive(Clone, Copy)]
pub(crate) enum Wish {
    Allocation,
    Permission(SocketAddr),
    /// [`CHANNEL`].
    Channel(SocketAddr),
    End,
}

impl Wish {
    fn method(self) -> Method {
        match self {
            Self::Allocation => Method::ALLOCATE,
            Self::Permission(_) => Method::CREATE_PERMISSION,
            Self::Channel(_) => Method::CHANNEL_BIND,
            Self::End => Method::REFRESH,
        }
    }

    fn write(self, it: Builder<'_>) -> Builder<'_> {
        match self {
            Self::Allocation => over_udp(it),
            Self::Permission(peer) => it.xor_address(A::XOR_PEER_ADDRESS, peer),
            Self::Channel(peer) => it
                .attribute(A::CHANNEL_NUMBER, &[CHANNEL[0], CHANNEL[1], 0, 0])
                .xor_address(A::XOR_PEER_ADDRESS, peer),
            Self::End => it.attribute(A::LIFETIME, &[0; 4]),
        }
    }
}

pub(crate) fn over_udp(it: Builder<'_>) -> Builder<'_> {
    it.attribute(A::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
}

fn code(answer: Message<'_>) -> u16 {
    answer
        .attribute(A::ERROR_CODE)
        .and_then(|attribute| attribute.error_code())
        .unwrap_or(0)
}

/// The number of every client's only channel.
pub(crate) const CHANNEL: [u8; 2] = [0x40, 0x01];
const PATIENCE: Duration = Duration::from_secs(5);
