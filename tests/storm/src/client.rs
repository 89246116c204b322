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
        let mut bytes = [0; 1024];
        let mut answer = self.ask(server, Method::ALLOCATE, over_udp, &mut bytes)?;
        if answer.class() == Class::Error {
            let value = |kind| answer.attribute(kind).map(|attribute| attribute.value.to_vec());
            let (Some(realm), Some(nonce)) = (value(A::REALM), value(A::NONCE)) else {
                bail!("a challenge without a realm or nonce");
            };
            let parts = [server.user.as_bytes(), b":", &realm, b":", server.password.as_bytes()];
            let key = Md5::digest(parts.concat()).into();
            self.challenge = Some(Challenge { realm, nonce, key });
            answer = self.ask(server, Method::ALLOCATE, over_udp, &mut bytes)?;
            ensure!(answer.class() == Class::Success, "no allocation: {}", code(answer));
            let told = answer.attribute(A::XOR_MAPPED_ADDRESS).context("no address")?;
            ensure!(
                told.xor_address(answer.transaction_id()) == Some(self.address),
                "it tells another address"
            );
        }
        let relayed = answer.attribute(A::XOR_RELAYED_ADDRESS).context("no relayed address")?;
        relayed.xor_address(answer.transaction_id()).context("no address")
    }

    /// A permission and the channel [`CHANNEL`] for this peer.
    pub(crate) fn bind(&mut self, server: &Server, peer: SocketAddr) -> Result<()> {
        self.demand(server, Method::CREATE_PERMISSION, |it| {
            it.xor_address(A::XOR_PEER_ADDRESS, peer)
        })?;
        self.demand(server, Method::CHANNEL_BIND, |it| {
            it.attribute(A::CHANNEL_NUMBER, &[CHANNEL[0], CHANNEL[1], 0, 0])
                .xor_address(A::XOR_PEER_ADDRESS, peer)
        })
    }

    /// Gives the allocation back.
    pub(crate) fn free(&mut self, server: &Server) -> Result<()> {
        self.demand(server, Method::REFRESH, |it| it.attribute(A::LIFETIME, &[0; 4]))
    }

    fn demand(&mut self, server: &Server, method: Method, with: impl Fn(Builder<'_>) -> Builder<'_>) -> Result<()> {
        let mut bytes = [0; 1024];
        let answer = self.ask(server, method, with, &mut bytes)?;
        ensure!(answer.class() == Class::Success, "{method:?}: {}", code(answer));
        Ok(())
    }

    fn ask<'a>(
        &mut self,
        server: &Server,
        method: Method,
        with: impl Fn(Builder<'_>) -> Builder<'_>,
        bytes: &'a mut [u8; 1024],
    ) -> Result<Message<'a>> {
        self.asked += 1;
        let mut id = [0; 12];
        id[4..].copy_from_slice(&self.asked.to_be_bytes());
        let mut request = [0; 512];
        let it = with(Builder::new(&mut request, method, Class::Request, id));
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
        let length = self.socket.recv(bytes).context("nothing is answered")?;
        let answer = Message::parse(&bytes[..length]).context("an answer is no STUN")?;
        ensure!(answer.transaction_id() == id, "an answer to what was not asked");
        ensure!(answer.method() == method, "an answer to something else");
        if let (Some(Challenge { key, .. }), Class::Success) = (&self.challenge, answer.class()) {
            ensure!(
                integrity::check(answer, key) == Integrity::Right,
                "an answer proves nothing"
            );
        }
        Ok(answer)
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
