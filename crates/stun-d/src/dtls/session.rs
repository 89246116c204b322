//! One client's session: what it says, deciphered, goes to its relay, and the other way round.

use std::{cell::Cell, net::SocketAddr, sync::Arc, time::Instant};

use dimpl::{
    CryptoError, Dtls, Error, HashAlgorithm, Output,
    crypto::{HmacProvider, aws_lc_rs},
};
use tokio::{net::UdpSocket, sync::mpsc::Receiver, time::sleep_until};

use super::{
    hello::{Cookie, RECORD_HEADER},
    identity::Identity,
};
use crate::client::{Client, IDLE};

/// With what a session begins.
pub(super) struct Admission {
    pub(super) identity: Arc<Identity>,
    /// The hello that had the cookie.
    pub(super) hello: Vec<u8>,
    pub(super) cookie: Cookie,
}

pub(super) struct Session {
    dtls: Dtls,
    socket: Arc<UdpSocket>,
    addr: SocketAddr,
    client: Client,
    mail: Receiver<Vec<u8>>,
    /// What the client has said last, and proven to be its own.
    spoke: Instant,
    output: Vec<u8>,
}

/// Why a session is over.
enum End {
    /// The client has gone, or has been silent for too long: it is told.
    Close,
    /// Somebody else is at this address, or DTLS has failed: nobody is told.
    Silent,
}

impl From<Error> for End {
    fn from(_: Error) -> Self {
        Self::Silent
    }
}

impl Session {
    pub(super) fn new(
        socket: Arc<UdpSocket>,
        addr: SocketAddr,
        client: Client,
        mail: Receiver<Vec<u8>>,
        admission: &Admission,
    ) -> Self {
        let Identity {
            config, certificate, ..
        } = &*admission.identity;
        let now = Instant::now();
        Self {
            dtls: Dtls::new_12(Arc::clone(config), certificate.clone(), now),
            socket,
            addr,
            client,
            mail,
            spoke: now,
            output: vec![0; RECORD_HEADER + stun::MAX_REQUEST],
        }
    }

    pub(super) async fn serve(mut self, admission: &Admission) {
        let end = match self.begin(admission) {
            Ok(()) => self.converse().await,
            Err(end) => end,
        };
        self.client.leave();
        if matches!(end, End::Close) && self.dtls.close().is_ok() {
            let _ = self.flush(false);
        }
    }

    /// Has `dtls` go on behind the exchange of cookies, which the door has had: it hears of a first hello, what it asks of that is dropped, and it finds its own cookie in
    /// the second.
    fn begin(&mut self, admission: &Admission) -> Result<(), End> {
        Admitted::with(admission.cookie, || {
            self.dtls.handle_timeout(self.spoke)?;
            self.dtls.handle_packet(&FIRST_HELLO)?;
            while !matches!(self.dtls.poll_output(&mut self.output), Output::Timeout(_)) {}
            self.dtls.handle_packet(&admission.hello)
        })?;
        Ok(())
    }

    async fn converse(&mut self) -> End {
        loop {
            match self.turn().await {
                Ok(()) => {}
                Err(end) => return end,
            }
        }
    }

    async fn turn(&mut self) -> Result<(), End> {
        let timer = self.flush(true)?;
        self.client.count();
        let due = self.client.expire();
        if due.is_none() && self.client.is_old() {
            return Err(End::Close);
        }
        // Who has an allocation may be silent as long as that lasts.
        let end = due.unwrap_or(self.spoke + IDLE);
        tokio::select! {
            letter = self.mail.recv() => {
                let letter = letter.ok_or(End::Silent)?;
                self.dtls.handle_timeout(Instant::now())?;
                self.dtls.handle_packet(&letter)?;
            }
            word = self.client.attend() => if let Some(word) = word {
                self.dtls.send_application_data(&word)?;
            },
            () = sleep_until(timer.min(end).into()) => {
                let now = Instant::now();
                if due.is_none() && now >= end {
                    return Err(End::Close);
                }
                self.dtls.handle_timeout(now)?;
            }
        }
        Ok(())
    }

    /// Sends what is to be sent, has the relay hear what the client has said, and says when to come back.
    fn flush(&mut self, is_heard: bool) -> Result<Instant, End> {
        loop {
            match self.dtls.poll_output(&mut self.output) {
                // What can't be sent now is lost, as on the way.
                Output::Packet(packet) => drop(self.socket.try_send_to(packet, self.addr)),
                Output::ApplicationData(message) if is_heard => {
                    self.spoke = Instant::now();
                    // Who asks too much meets silence.
                    if let Ok(Some(answer)) = self.client.hear(message) {
                        self.dtls.send_application_data(answer)?;
                    }
                }
                Output::CloseNotify if is_heard => return Err(End::Close),
                Output::BufferTooSmall { needed } => self.output.resize(needed, 0),
                Output::Timeout(when) => return Ok(when),
                _ => {}
            }
        }
    }
}

/// The hash that `dtls` makes its cookies with, and its keys. While it is told of a hello that the door has let in, the cookie is the one that the door has made.
#[derive(Debug)]
pub(super) struct Admitted;

thread_local! {
    static COOKIE: Cell<Option<Cookie>> = const { Cell::new(None) };
}

impl Admitted {
    fn with<T>(cookie: Cookie, tell: impl FnOnce() -> T) -> T {
        COOKIE.set(Some(cookie));
        let told = tell();
        COOKIE.set(None);
        told
    }
}

impl HmacProvider for Admitted {
    /// Of cookies only: keys are made by [`hmac`](Self::hmac).
    fn hmac_sha256(&self, key: &[u8], data: &[u8]) -> Result<[u8; 32], CryptoError> {
        match COOKIE.get() {
            Some(cookie) => Ok(cookie),
            None => aws_lc_rs::default_provider().hmac_provider.hmac_sha256(key, data),
        }
    }

    fn hmac(&self, hash: HashAlgorithm, key: &[u8], data: &[u8], out: &mut [u8]) -> Result<usize, CryptoError> {
        aws_lc_rs::default_provider().hmac_provider.hmac(hash, key, data, out)
    }
}

/// The shortest ClientHello without a cookie: one cipher suite (ECDHE-ECDSA-AES128-GCM-SHA256), no compression.
const FIRST_HELLO: [u8; 67] = {
    let mut hello = [0; 67];
    // The record: handshake, DTLS 1.2, 54 bytes.
    hello[0] = 22;
    hello[1] = 0xfe;
    hello[2] = 0xfd;
    hello[12] = 54;
    // The message: ClientHello, 42 bytes, in one piece.
    hello[13] = 1;
    hello[16] = 42;
    hello[24] = 42;
    // Version; then 32 bytes of chance that are none, no session, no cookie.
    hello[25] = 0xfe;
    hello[26] = 0xfd;
    hello[62] = 2;
    hello[63] = 0xc0;
    hello[64] = 0x2b;
    hello[65] = 1;
    hello
};
