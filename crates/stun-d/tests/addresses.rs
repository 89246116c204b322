//! Who asks is forgotten with the answer: no address reaches a log, at whatever level.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use daemon::{Daemon as _, Life};
use stun::{Builder, Class, Method};
use stun_d::{Config, StunD};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, UdpSocket},
    time::timeout,
};
use tracing_subscriber::filter::LevelFilter;

#[tokio::test]
async fn no_address_reaches_a_log_at_trace_level() {
    let log = Log::start();
    let listen = vec!["127.0.0.1:0".parse().expect("an address")];
    let server = StunD::bind(Config::new(listen)).await.expect("bound");
    let (addr, life) = (server.addrs()[0], Life::new());
    let serving = tokio::spawn(server.serve(life.clone()));
    life.is_ready().await;
    let mut request = [0; 20];
    let length = Builder::new(&mut request, Method::BINDING, Class::Request, [7; 12]).finish();
    assert_eq!(length, request.len());

    // What is answered, and what is not: garbage goes first, so that the answer says it was read.
    let udp = UdpSocket::bind((GUEST, 0)).await.expect("bound");
    for datagram in [&b"GET / HTTP/1.1"[..], &[0xff; 600], &request] {
        udp.send_to(datagram, addr).await.expect("sent");
    }
    let mut answer = [0; 64];
    timeout(SOON, udp.recv(&mut answer))
        .await
        .expect("an answer")
        .expect("received");
    for bytes in [&request[..], b"GET / HTTP/1.1\r\n\r\n"] {
        let tcp = TcpSocket::new_v4().expect("a socket");
        tcp.bind((GUEST, 0).into()).expect("bound");
        let mut tcp = tcp.connect(addr).await.expect("connects");
        tcp.write_all(bytes).await.expect("sent");
        // An answer, or the end.
        let _ = timeout(SOON, tcp.read(&mut answer)).await.expect("something");
    }
    tracing::trace!("planted: {PLANTED}");
    life.end();
    serving.await.expect("no panic").expect("a good end");

    let said = log.read();
    assert!(said.contains(&PLANTED.to_string()), "the search finds what is there");
    for written in ["127.183.191.217", "127, 183, 191, 217", "7fb7bfd9", "7fb7:bfd9"] {
        assert!(!said.contains(written), "{said}");
    }
}

/// All that this process logs, with nothing left out.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("the first to log");
        log
    }

    fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Addresses of this machine that nobody else comes from.
const GUEST: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 183, 191, 217));
const PLANTED: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 183, 191, 218));
const SOON: Duration = Duration::from_secs(5);
