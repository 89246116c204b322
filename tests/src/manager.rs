//! A service manager, as far as a daemon sees one: it holds sockets and hands them over, starts programs, and hears what they tell.

use std::{
    io,
    os::{
        fd::{AsRawFd as _, OwnedFd},
        unix::net::UnixDatagram,
    },
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::{
    io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd},
    process::{Pid, Signal, kill_process},
};

/// One that holds sockets.
#[derive(Debug)]
pub struct Manager {
    sockets: Vec<OwnedFd>,
    names: String,
    words: UnixDatagram,
    dir: tempfile::TempDir,
    watchdog: Option<Duration>,
}

/// A program that it has started. Dropping it ends it.
#[derive(Debug)]
pub struct Program(Child);

impl Manager {
    /// Holds these sockets by their names, as `FileDescriptorName=` says.
    ///
    /// # Panics
    /// When the system refuses, as everything here.
    pub fn holding(sockets: impl IntoIterator<Item = (&'static str, OwnedFd)>) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let words = UnixDatagram::bind(dir.path().join("notify")).expect("a socket");
        words.set_read_timeout(Some(SOON)).expect("set");
        let (names, sockets): (Vec<_>, Vec<OwnedFd>) = sockets.into_iter().unzip();
        Self {
            sockets: sockets.iter().map(inheritable).collect(),
            names: names.join(":"),
            words,
            dir,
            watchdog: None,
        }
    }

    /// What it starts is to say that it works, each time before this is over.
    #[must_use]
    pub fn with_watchdog(self, patience: Duration) -> Self {
        Self {
            watchdog: Some(patience),
            ..self
        }
    }

    /// Starts a program with a configuration, and hands everything over.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn start(&self, program: &Path, config: &Path) -> Program {
        let handing: String = (3..)
            .zip(&self.sockets)
            .map(|(to, socket)| format!("{to}<&{from} {from}<&- ", from = socket.as_raw_fd()))
            .collect();
        let script = format!("exec {handing}; export LISTEN_PID=$$; exec \"$@\"");
        let mut command = Command::new("bash");
        command
            .args(["-c", &script, "bash"])
            .arg(program)
            .arg("--config")
            .arg(config)
            .env("LISTEN_FDS", self.sockets.len().to_string())
            .env("LISTEN_FDNAMES", &self.names)
            .env("NOTIFY_SOCKET", self.dir.path().join("notify"))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(patience) = self.watchdog {
            command.env("WATCHDOG_USEC", patience.as_micros().to_string());
        }
        Program(command.spawn().expect("bash starts"))
    }

    /// Waits until a program says this, whatever else is said before.
    ///
    /// # Panics
    /// When nothing is said for a while.
    pub fn hear(&self, state: &str) {
        let mut words = [0; 256];
        loop {
            let count = self
                .words
                .recv(&mut words)
                .unwrap_or_else(|error| panic!("nobody says {state}: {error}"));
            if std::str::from_utf8(&words[..count]).is_ok_and(|said| said.lines().any(|line| line == state)) {
                return;
            }
        }
    }
}

impl Program {
    /// Sends a signal.
    ///
    /// # Panics
    /// When it is gone.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, signal).expect("it runs");
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// What the system says.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.0.wait()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A copy that programs inherit, by a number that none is handed over by.
fn inheritable(socket: &OwnedFd) -> OwnedFd {
    let copy = fcntl_dupfd_cloexec(socket, 100).expect("a number");
    fcntl_setfd(&copy, FdFlags::empty()).expect("set");
    copy
}

const SOON: Duration = Duration::from_secs(20);
