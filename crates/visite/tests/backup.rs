//! docs/operate/backup.md is true: its commands, in its order, on a machine whose service manager is a few lines of shell.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Output},
};

#[test]
fn the_commands_of_the_guide_back_up_restore_and_move_an_installation() {
    let machine = Machine::new();
    let [back_up, encrypt, restore, server, before, after] = guide().try_into().expect("six blocks of commands");
    machine.run("systemctl start session-d.socket session-d");
    machine.run("visite practice add 'Praxis am Finkenweg'");

    machine.run(&back_up);
    let mode = fs::metadata(machine.place("visite.backup")).expect("there").mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::write(machine.place("backup.pass"), "a passphrase of many letters").expect("written");
    machine.run(&encrypt);

    // Nothing is left of the old one.
    machine.run("systemctl stop session-d");
    fs::remove_dir_all(machine.place("data")).expect("gone");
    machine.run(&restore);
    assert!(machine.run("visite practice list").contains("Praxis am Finkenweg"));

    let refused = machine.try_to("visite restore decrypted.backup");
    assert_refused(&refused, "--force replaces");
    let refused = machine.try_to("visite restore --force decrypted.backup");
    assert_refused(&refused, "is in use: stop session-d");
    let refused = machine.try_to("visite backup visite.backup");
    assert_refused(&refused, "is there already");
    let refused = machine.try_to("visite backup --check session-d.toml");
    assert_refused(&refused, "it is no backup of Visite");

    if !machine.has_postgres() {
        return;
    }
    machine.run("start-postgres");
    machine.run(&server);
    machine.run(&before);
    let config = machine.place("session-d.toml");
    let text = fs::read_to_string(&config).expect("there");
    let socket = machine.place("pg");
    fs::write(
        &config,
        format!("{text}[postgres]\nhosts = [{socket:?}]\ndatabase = \"visite\"\nuser = \"visite-session\"\n"),
    )
    .expect("written");
    machine.run(&after);
    assert!(machine.run("visite practice list").contains("Praxis am Finkenweg"));
    // And not in the file, which is as it was.
    machine.run("visite practice add 'Praxis am Hang'");
    fs::write(&config, text).expect("written");
    machine.run("systemctl stop session-d; systemctl start session-d");
    assert!(!machine.run("visite practice list").contains("Praxis am Hang"));
}

/// The blocks of shell, in order.
fn guide() -> Vec<String> {
    let guide = include_str!("../../../docs/operate/backup.md");
    let blocks = guide.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("it ends").to_owned())
        .collect()
}

fn assert_refused(output: &Output, why: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(why), "{why}: {said}");
}

/// A directory that has what the guide speaks of.
struct Machine {
    dir: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let machine = Self { dir };
        fs::set_permissions(machine.dir.path(), fs::Permissions::from_mode(0o755)).expect("set");
        fs::create_dir(machine.place("bin")).expect("made");
        let (data, socket) = (machine.place("data"), machine.place("session.sock"));
        let config = format!("data_dir = {data:?}\n[unix]\npath = {socket:?}\n");
        fs::write(machine.place("session-d.toml"), config).expect("written");
        for (name, text) in [
            ("sudo", SUDO),
            ("systemctl", SYSTEMCTL),
            ("start-postgres", START_POSTGRES),
        ] {
            let program = machine.place("bin").join(name);
            fs::write(&program, text).expect("written");
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("set");
        }
        machine
    }

    fn place(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, commands: &str) -> String {
        let output = self.try_to(commands);
        assert!(
            output.status.success(),
            "{commands}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn try_to(&self, commands: &str) -> Output {
        let programs = Path::new(env!("CARGO_BIN_EXE_visite")).parent().expect("a folder");
        let path = std::env::var("PATH").expect("a path");
        let own = self.place("bin");
        Command::new("bash")
            .args(["-euo", "pipefail", "-c", commands])
            .current_dir(self.dir.path())
            .env("PATH", format!("{}:{}:{path}", own.display(), programs.display()))
            .env("VISITE_SESSION_CONFIG", self.place("session-d.toml"))
            .env("VISITE_SOCKET", self.place("session.sock"))
            .env("PLACE", self.dir.path())
            .env("PGHOST", self.place("pg"))
            .env("PGUSER", "postgres")
            .output()
            .expect("runs")
    }

    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn has_postgres(&self) -> bool {
        let there = self.try_to("ls /usr/lib/postgresql/*/bin/initdb").status.success();
        if !there {
            eprintln!("SKIPPED: the guide's part on PostgreSQL (apt install postgresql)");
        }
        there
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let end =
            "for pid in session-d.pid pg/data/postmaster.pid; do [ ! -e $pid ] || kill -9 $(head -n 1 $pid); done";
        self.try_to(end);
    }
}

/// Everybody is who they have to be.
const SUDO: &str = r#"#!/bin/bash
if [ "$1" = -u ]; then shift 2; fi
exec "$@"
"#;

const SYSTEMCTL: &str = r#"#!/bin/bash
set -e
cd "$PLACE"
if [ "$1" = stop ]; then
  [ -e session-d.pid ] || exit 0
  kill "$(cat session-d.pid)"
  while kill -0 "$(cat session-d.pid)" 2>/dev/null; do sleep 0.02; done
  rm session-d.pid
else
  session-d --config session-d.toml >session-d.log 2>&1 &
  echo $! >session-d.pid
  for _ in $(seq 500); do visite practice list >/dev/null 2>&1 && exit 0; sleep 0.02; done
  cat session-d.log >&2
  exit 1
fi
"#;

/// For anybody but root, who may not run it.
const START_POSTGRES: &str = r#"#!/bin/bash
set -e
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
mkdir "$PLACE/pg"
as=()
if [ "$(id -u)" = 0 ]; then
  chown nobody "$PLACE/pg"
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
cd /
"${as[@]}" "$bin/initdb" --auth=trust --username=postgres --encoding=UTF8 --no-locale --no-sync -D "$PLACE/pg/data" >/dev/null
"${as[@]}" "$bin/postgres" -D "$PLACE/pg/data" -k "$PLACE/pg" -c listen_addresses= >/dev/null 2>&1 &
for _ in $(seq 500); do "$bin/pg_isready" -q && exit 0; sleep 0.02; done
exit 1
"#;
