//! Case 74: a restart refuses nobody, since the service manager holds the port meanwhile.

mod common;

use std::{
    net::TcpListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use common::House;
use rustix::process::Signal;
use tests::manager::Manager;

#[tokio::test(flavor = "multi_thread")]
async fn case_74_through_restarts_everybody_who_comes_is_answered() {
    let (house, manager, config) = set_up().await;
    let house = Arc::new(house);
    let mut program = start(&manager, &config);
    let (is_over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let guests: Vec<_> = (0..GUESTS)
        .map(|_| {
            let (house, is_over, answered) = (Arc::clone(&house), Arc::clone(&is_over), Arc::clone(&answered));
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    assert_eq!(house.ask("GET", "/healthz", "").await.status, 200);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();

    for _ in 0..RESTARTS {
        let before = answered.load(Ordering::Relaxed);
        while answered.load(Ordering::Relaxed) < before + 20 {
            assert!(
                !guests.iter().any(tokio::task::JoinHandle::is_finished),
                "a guest was refused"
            );
            tokio::task::yield_now().await;
        }
        program.signal(Signal::TERM);
        manager.hear("STOPPING=1");
        assert!(program.wait().expect("it ends").success());
        program = start(&manager, &config);
    }
    is_over.store(true, Ordering::Relaxed);

    for guest in guests {
        guest.await.expect("everybody is answered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watchdog_is_fed_by_what_works() {
    let (_house, manager, config) = set_up().await;
    let manager = manager.with_watchdog(Duration::from_millis(300));
    let _program = start(&manager, &config);

    manager.hear("WATCHDOG=1");
    manager.hear("WATCHDOG=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_the_configuration_does_not_name_is_refused_with_78() {
    let (_house, _, config) = set_up().await;
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let manager = Manager::holding([("https", other.into())]);

    let mut program = manager.start(program(), &config);

    assert_eq!(program.wait().expect("it ends").code(), Some(78));
}

/// A configuration at the port of a house whose own signal-d has ended, and a manager that holds the port.
async fn set_up() -> (House, Manager, std::path::PathBuf) {
    let mut house = House::new().await;
    house.end_signal().await;
    let listener = TcpListener::bind(house.addr).expect("the port is free");
    let dir = house.dir.path();
    let text = format!(
        "listen = '{}'\npublic_url = '{}'\ncert = {:?}\nkey = {:?}\nweb_root = {:?}\n[session]\nunix = {:?}\n",
        house.addr,
        common::ORIGIN,
        dir.join("server.pem"),
        dir.join("server.key"),
        dir.join("web"),
        dir.join("session.sock"),
    );
    let config = dir.join("signal-d.toml");
    std::fs::write(&config, text).expect("written");
    (house, Manager::holding([("https", listener.into())]), config)
}

fn start(manager: &Manager, config: &Path) -> tests::manager::Program {
    let program = manager.start(program(), config);
    manager.hear("READY=1");
    program
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_signal-d"))
}

const RESTARTS: u32 = 6;
const GUESTS: u32 = 4;
