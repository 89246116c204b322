//! A client over DTLS.

use std::{collections::VecDeque, fs, net::SocketAddr, path::Path, sync::Arc, time::Instant};

use dimpl::{Config, Dtls, DtlsCertificate, Output};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use stun::{AttributeType as A, Builder, Message, Method};
use tokio::{
    net::UdpSocket,
    time::{sleep_until, timeout},
};

use super::{A_MINUTE, A_MOMENT, SOON, Server, code, name, over_udp, relayed, request};

pub(crate) struct Guest {
    pub(crate) dtls: Dtls,
    pub(crate) socket: UdpSocket,
    heard: VecDeque<Vec<u8>>,
    pub(crate) is_connected: bool,
    pub(crate) is_closed: bool,
    /// The server's certificate.
    pub(crate) shown: Option<Vec<u8>>,
    nonce: Vec<u8>,
    count: u8,
}

impl Guest {
    pub(crate) async fn of(server: &Server) -> Self {
        Self::over(Self::socket(server).await).await
    }

    pub(crate) async fn over(socket: UdpSocket) -> Self {
        let mut guest = Self::new(socket);
        guest.until(|guest| guest.is_connected).await;
        guest
    }

    pub(crate) async fn socket(server: &Server) -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a client");
        socket.connect(addr_of(server)).await.expect("connected");
        socket
    }

    pub(crate) fn new(socket: UdpSocket) -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec![]).expect("a certificate");
        let own = DtlsCertificate {
            certificate: cert.der().to_vec(),
            private_key: signing_key.serialize_der(),
        };
        let mut dtls = Dtls::new_12(Arc::new(Config::default()), own, Instant::now());
        dtls.set_active(true);
        dtls.handle_timeout(Instant::now()).expect("begun");
        Self {
            dtls,
            socket,
            heard: VecDeque::new(),
            is_connected: false,
            is_closed: false,
            shown: None,
            nonce: Vec::new(),
            count: 0,
        }
    }

    /// Nothing where it is not let in.
    pub(crate) async fn knock(mut self) -> Option<Self> {
        timeout(A_MOMENT, self.go_on_until(|guest| guest.is_connected))
            .await
            .ok()?;
        Some(self)
    }

    /// Comes as far as to have a seat, and says no more.
    pub(crate) async fn hesitate(mut self) -> Self {
        let mut bytes = [0; 2_048];
        self.flush(&mut bytes).await;
        let count = self.receive(&mut bytes).await;
        self.dtls.handle_packet(&bytes[..count]).expect("a cookie");
        self.flush(&mut bytes).await;
        // With its part of the handshake the server says that it has begun.
        self.receive(&mut bytes).await;
        self
    }

    /// However long that takes.
    pub(crate) async fn until_it_is_closed(&mut self) {
        let end = timeout(A_MINUTE, self.go_on_until(|guest| guest.is_closed));
        end.await.expect("in time");
    }

    pub(crate) async fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        timeout(SOON, self.go_on_until(is_so)).await.expect("in time");
    }

    async fn go_on_until(&mut self, is_so: impl Fn(&Self) -> bool) {
        let mut bytes = [0; 2_048];
        loop {
            let timer = self.flush(&mut bytes).await;
            if is_so(self) {
                return;
            }
            tokio::select! {
                received = self.socket.recv(&mut bytes) => {
                    let count = received.expect("received");
                    self.dtls.handle_timeout(Instant::now()).expect("well");
                    self.dtls.handle_packet(&bytes[..count]).expect("well");
                }
                () = sleep_until(timer.into()) => self.dtls.handle_timeout(Instant::now()).expect("well"),
            }
        }
    }

    async fn receive(&mut self, bytes: &mut [u8]) -> usize {
        let received = timeout(SOON, self.socket.recv(bytes)).await;
        received.expect("in time").expect("received")
    }

    async fn flush(&mut self, bytes: &mut [u8]) -> Instant {
        loop {
            match self.dtls.poll_output(bytes) {
                Output::Packet(packet) => drop(self.socket.send(packet).await.expect("sent")),
                Output::Connected => self.is_connected = true,
                Output::PeerCert(cert) => self.shown = Some(cert.to_vec()),
                Output::ApplicationData(data) => self.heard.push_back(data.to_vec()),
                Output::CloseNotify => self.is_closed = true,
                Output::Timeout(when) => return when,
                Output::KeyingMaterial(..) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    pub(crate) async fn say(&mut self, message: &[u8]) {
        self.dtls.send_application_data(message).expect("it is open");
        self.flush(&mut [0; 2_048]).await;
    }

    pub(crate) async fn hear(&mut self) -> Vec<u8> {
        self.until(|guest| !guest.heard.is_empty()).await;
        self.heard.pop_front().expect("there is something")
    }

    pub(crate) async fn allocate(&mut self) -> SocketAddr {
        let challenge = self.ask(Method::ALLOCATE, over_udp).await;
        assert_eq!(code(&challenge), 401);
        let message = Message::parse(&challenge).expect("a message");
        self.nonce = message.attribute(A::NONCE).expect("a nonce").value.to_vec();
        relayed(&self.ask(Method::ALLOCATE, over_udp).await)
    }

    pub(crate) async fn ask(
        &mut self,
        method: Method,
        with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>,
    ) -> Vec<u8> {
        self.count += 1;
        let request = request(method, self.count, &name(), &self.nonce, with);
        self.say(&request).await;
        self.hear().await
    }

    pub(crate) fn addr(&self) -> Option<SocketAddr> {
        self.socket.local_addr().ok()
    }
}

pub(crate) async fn server() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().expect("a folder");
    identity(folder.path());
    let server = Server::configured(&section(folder.path()), "").await;
    (folder, server)
}

pub(crate) fn addr_of(server: &Server) -> SocketAddr {
    server.dtls_addr.expect("it listens for DTLS")
}

/// A new one; its certificate.
pub(crate) fn identity(folder: &Path) -> Vec<u8> {
    let made = generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    fs::write(folder.join("dtls.pem"), made.cert.pem()).expect("written");
    fs::write(folder.join("dtls.key"), made.signing_key.serialize_pem()).expect("written");
    made.cert.der().to_vec()
}

pub(crate) fn section(folder: &Path) -> String {
    let (cert, key) = (folder.join("dtls.pem"), folder.join("dtls.key"));
    format!("[dtls]\nlisten = [\"127.0.0.1:0\"]\ncert = {cert:?}\nkey = {key:?}\n")
}

pub(crate) fn binding() -> Vec<u8> {
    request(Method::BINDING, 1, "", &[], |it| it)
}
