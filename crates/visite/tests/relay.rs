//! `visite relay`, as an operator types it, against a stun-d that runs.

use std::{
    fs,
    io::Write as _,
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use daemon::{Daemon as _, Life};
use stun_d::{Config, StunD};
use tokio::net::UdpSocket;

#[tokio::test(flavor = "multi_thread")]
async fn status_says_what_was_done() {
    let relay = Relay::start().await;
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("bound");
    // A Binding request: type, length, magic cookie, transaction id.
    let request = [&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12]].concat();
    client.send_to(&request, relay.addr).await.expect("sent");
    client.recv(&mut [0; 64]).await.expect("an answer");

    let said = relay.says(&["status"]);

    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with("since         20") && lines[0].ends_with('Z'),
        "{said}"
    );
    assert_eq!(lines[1..3], ["relay         serves", "allocations   0 of 4000"]);
    let udp = lines.iter().position(|line| *line == "udp").expect("a way in");
    assert_eq!(lines[udp + 1], "  bindings    1");
    assert!(lines.contains(&"tcp") && !lines.contains(&"tls"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_drains_and_serves_again() {
    let relay = Relay::start().await;

    assert_eq!(relay.says(&["drain"]), "drains: 0 allocations\n");
    assert!(relay.says(&["status"]).contains("relay         drains\n"));
    assert_eq!(relay.says(&["drain", "--undo"]), "serves: 0 allocations\n");
    assert_eq!(relay.says(&["list"]), "");
    assert_eq!(relay.says(&["drop", "--tag", "seat"]), "0 dropped\n");
    assert_eq!(relay.says(&["drop", "--at", "127.0.0.1:50000"]), "0 dropped\n");
    assert_eq!(relay.says(&["drop", "--tag", "seat", "--bar", "24"]), "0 dropped\n");
    assert!(relay.says(&["status"]).contains("; 1 barred)\n"));
    assert_eq!(relay.says(&["reload"]), "read anew\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_come_from_a_file_or_from_standard_input() {
    let relay = Relay::start().await;
    let file = relay.folder.path().join("new");
    fs::write(&file, "the newest of all secrets\n\nthe one that was there\n").expect("written");

    let path = file.to_str().expect("UTF-8");
    assert_eq!(relay.says(&["secrets", path]), "2 secrets are set\n");
    let kept = || fs::read_to_string(relay.folder.path().join("secret")).expect("read");
    assert_eq!(kept(), "the newest of all secrets\nthe one that was there\n");

    let mut typing = relay.command(&["secrets"]).stdin(Stdio::piped()).spawn().expect("runs");
    let mut input = typing.stdin.take().expect("piped");
    input.write_all(b"another one, newer still\n").expect("written");
    drop(input);
    assert!(typing.wait().expect("ends").success());
    assert_eq!(kept(), "another one, newer still\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_is_refused_in_words() {
    let relay = Relay::start().await;
    fs::write(relay.folder.path().join("new"), "short").expect("written");
    let short = relay.folder.path().join("new");

    for (what, why) in [
        (&["drop", "--at", "nowhere"][..], "relayed_address"),
        (&["secrets", short.to_str().expect("UTF-8")], "secrets: has to be"),
        (&["secrets", "/nowhere"], "/nowhere"),
        (
            &["list", "--socket", "/nowhere/stun.sock"],
            "reach stun-d at /nowhere/stun.sock",
        ),
    ] {
        let refused = relay.relay(what);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{what:?}");
        assert!(
            said.starts_with("visite: ") && said.contains(why) && said.lines().count() == 1,
            "{said}"
        );
    }
    assert!(
        !relay.relay(&["drop"]).status.success(),
        "all of them is nothing to say by chance"
    );
}

/// A stun-d that relays, in a directory of its own.
struct Relay {
    folder: tempfile::TempDir,
    addr: SocketAddr,
}

impl Relay {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (secret, socket, file) = (
            folder.path().join("secret"),
            socket(&folder),
            folder.path().join("stun-d.toml"),
        );
        fs::write(&secret, "a secret of the operator's").expect("written");
        let text = format!(
            "listen = [\"127.0.0.1:0\"]\n[api.unix]\npath = {socket:?}\n[turn]\nrelay = [\"127.0.0.1\"]\nsecret_file = {secret:?}\n"
        );
        fs::write(&file, text).expect("written");
        let config: Config = daemon::read_config(&file).expect("a configuration");
        let daemon = StunD::bind(config).await.expect("binds");
        let (addr, life) = (daemon.addrs()[0], Life::configured_by(daemon::Source::file(&file)));
        tokio::spawn(daemon.serve(life.clone()));
        life.is_ready().await;
        Self { folder, addr }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_visite"));
        command.arg("relay").args(arguments);
        if !arguments.contains(&"--socket") {
            command.arg("--socket").arg(socket(&self.folder));
        }
        command
    }

    fn relay(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("runs")
    }

    /// What `visite relay` prints where all is well.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.relay(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

fn socket(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("stun.sock")
}
