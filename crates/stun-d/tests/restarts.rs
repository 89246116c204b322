//! A restart refuses nobody, since the service manager holds the ports meanwhile: a connection waits, and so does a datagram.

use std::{
    net::{SocketAddr, TcpListener, UdpSocket},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::Signal;
use socket2::{Domain, Socket, Type};
use stun::{Builder, Class, Message, Method};
use tests::manager::Manager;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net,
    time::timeout,
};

#[tokio::test(flavor = "multi_thread")]
async fn through_restarts_every_question_is_answered_over_both_transports() {
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = tcp.local_addr().expect("an address");
    let manager = Manager::holding([
        ("stun", tcp.into()),
        ("stun", shared(addr).into()),
        ("stun", shared(addr).into()),
    ]);
    let (_dir, config) = configuration(addr);

    let mut asked = 0;
    for _ in 0..RESTARTS {
        let mut program = manager.start(program(), &config);
        manager.hear("READY=1");
        ask_over_both(addr, &mut asked).await;
        program.signal(Signal::TERM);
        manager.hear("STOPPING=1");
        assert!(program.wait().expect("it ends").success());

        // Nobody is there: they wait for the next life.
        let waiting: Vec<_> = (0..GUESTS)
            .map(|_| tokio::spawn(async move { ask_over_both(addr, &mut 0).await }))
            .collect();
        let _next = manager.start(self::program(), &config);
        manager.hear("READY=1");
        for guest in waiting {
            guest.await.expect("is answered");
        }
    }
    assert_eq!(asked, 2 * RESTARTS);
}

#[tokio::test]
async fn each_address_is_handed_over_as_often_as_there_are_workers() {
    let dir = tempfile::tempdir().expect("a directory");
    let (one, other) = (free_port(), free_port());
    let manager = Manager::holding([
        ("stun", shared(one).into()),
        ("stun", shared(one).into()),
        ("stun", shared(other).into()),
    ]);
    let config = dir.path().join("stun-d.toml");
    std::fs::write(&config, format!("listen = ['{one}', '{other}']\n")).expect("written");

    let mut program = manager.start(program(), &config);

    assert_eq!(program.wait().expect("it ends").code(), Some(78));
}

async fn ask_over_both(addr: SocketAddr, answered: &mut u32) {
    let socket = net::UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    socket.connect(addr).await.expect("connected");
    socket.send(&question()).await.expect("not refused");
    let mut answer = [0; 128];
    let count = timeout(SOON, socket.recv(&mut answer))
        .await
        .expect("is answered")
        .expect("not refused");
    assert_eq!(Message::parse(&answer[..count]).expect("STUN").class(), Class::Success);
    *answered += 1;

    let mut stream = net::TcpStream::connect(addr).await.expect("not refused");
    stream.write_all(&question()).await.expect("sent");
    let count = timeout(SOON, stream.read(&mut answer))
        .await
        .expect("is answered")
        .expect("not broken off");
    assert_eq!(Message::parse(&answer[..count]).expect("STUN").class(), Class::Success);
    *answered += 1;
}

fn question() -> Vec<u8> {
    let mut out = [0; 20];
    let length = Builder::new(&mut out, Method::BINDING, Class::Request, [7; 12]).finish();
    out[..length].to_vec()
}

/// As `ReusePort=yes` makes one.
fn shared(addr: SocketAddr) -> UdpSocket {
    let socket = Socket::new(Domain::for_address(addr), Type::DGRAM, None).expect("a socket");
    socket.set_reuse_port(true).expect("set");
    socket.bind(&addr.into()).expect("bound");
    socket.into()
}

fn free_port() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("an address")
}

fn configuration(addr: SocketAddr) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let config = dir.path().join("stun-d.toml");
    std::fs::write(&config, format!("listen = ['{addr}']\n")).expect("written");
    (dir, config)
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_stun-d"))
}

const RESTARTS: u32 = 5;
const GUESTS: u32 = 20;
const SOON: Duration = Duration::from_secs(20);
