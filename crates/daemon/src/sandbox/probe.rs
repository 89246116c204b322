//! `--self-test`: tries what is forbidden, and says what came of it.

use std::{
    fs, io,
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::{Reach, confine, forbid_calls};

/// Confines this process as a daemon does itself, tries to get out, and tells. Whether nothing succeeded.
///
/// # Errors
/// When it can't be confined.
#[expect(clippy::print_stdout, reason = "it is asked to say it")]
pub(crate) fn self_test(reach: &Reach) -> anyhow::Result<bool> {
    confine(reach)?;
    // One that runs already is to be confined as well.
    let (begin, begun) = std::sync::mpsc::channel();
    let other = thread::spawn(move || begun.recv().map(|()| attempts().map(|(what, try_it)| (what, try_it()))));
    forbid_calls()?;
    begin.send(())?;
    let outcomes = other.join().map_err(|_| anyhow::anyhow!("an attempt has panicked"))??;
    let mut all_refused = true;
    for (what, outcome) in outcomes {
        match outcome {
            Err(error) if is_refusal(&error) => println!("refused: {what} ({error})"),
            Err(error) => {
                all_refused = false;
                println!("NOT REFUSED, it failed otherwise: {what} ({error})");
            }
            Ok(()) => {
                all_refused = false;
                println!("NOT REFUSED: {what}");
            }
        }
    }
    // What it is for has to be possible still.
    thread::spawn(|| ())
        .join()
        .map_err(|_| anyhow::anyhow!("a thread can't be started"))?;
    fs::read("/proc/self/stat").map(drop)?;
    Ok(all_refused)
}

type Attempt = (&'static str, fn() -> io::Result<()>);

fn attempts() -> [Attempt; 7] {
    [
        ("to read /etc/shadow", || fs::read("/etc/shadow").map(drop)),
        ("to write into /etc", || {
            fs::write("/etc/visite-self-test", "").and_then(|()| fs::remove_file("/etc/visite-self-test"))
        }),
        ("to list the home folders", || fs::read_dir("/home").map(drop)),
        ("to start a program", || {
            let started = Command::new("/bin/true").stdin(Stdio::null()).spawn();
            started.and_then(|mut child| child.wait()).map(drop)
        }),
        ("to trace a process", || {
            // SAFETY: it takes no pointer; that our parent may trace us changes nothing here.
            outcome(unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) })
        }),
        ("to open a raw view of the network", || {
            // SAFETY: it takes no pointer, and what it opens is closed with the process.
            outcome(i64::from(unsafe { libc::socket(libc::AF_PACKET, libc::SOCK_RAW, 0) }))
        }),
        ("to call a stranger", || {
            let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
            TcpStream::connect_timeout(&nobody, Duration::from_secs(1)).map(drop)
        }),
    ]
}

fn outcome(result: i64) -> io::Result<()> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

fn is_refusal(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}
