//! TAP devices in other network namespaces: the system calls.

use std::{
    fs::{File, OpenOptions},
    io::{Error, ErrorKind, Read, Write},
    os::{fd::AsRawFd, unix::fs::OpenOptionsExt},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

/// A network device whose frames this process sends and receives. It goes with this value.
pub(crate) struct Tap(File);

impl Tap {
    /// Makes the device. This thread is in that namespace afterwards; what it opened before stays where it was.
    pub(crate) fn open(namespace: &str, device: &str) -> Result<Self> {
        ensure!(device.len() < libc::IFNAMSIZ, "{device}: too long for a device's name");
        let place =
            File::open(format!("/var/run/netns/{namespace}")).with_context(|| format!("the namespace {namespace}"))?;
        // SAFETY: setns changes this thread's namespace; it takes an open descriptor and no memory of ours.
        check(unsafe { libc::setns(place.as_raw_fd(), libc::CLONE_NEWNET) }).context("setns")?;
        let tun = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NONBLOCK)
            .open("/dev/net/tun")
            .context("/dev/net/tun")?;
        // SAFETY: an ifreq is plain numbers, for which all zeros are a value.
        let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
        for (to, from) in request.ifr_name.iter_mut().zip(device.bytes()) {
            *to = from.cast_signed();
        }
        request.ifr_ifru.ifru_flags = (libc::IFF_TAP | libc::IFF_NO_PI) as libc::c_short;
        // SAFETY: TUNSETIFF reads and writes one ifreq, which is ours and outlives the call.
        check(unsafe { libc::ioctl(tun.as_raw_fd(), libc::TUNSETIFF as _, &raw mut request) })
            .with_context(|| format!("the device {device}"))?;
        Ok(Self(tun))
    }

    /// The next frame's length in `buffer`; `None` where there is none.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>> {
        match (&self.0).read(buffer) {
            Ok(length) => Ok(Some(length)),
            Err(error) if is_idle(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A device that is down, or whose queue is full, loses the frame: so do cables.
    pub(crate) fn send(&self, frame: &[u8]) -> Result<()> {
        match (&self.0).write(frame) {
            Ok(_) => Ok(()),
            Err(error) if is_idle(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Who has something.
pub(crate) struct Awake {
    /// By their places among those that were asked.
    pub(crate) taps: Vec<usize>,
    pub(crate) input: bool,
}

/// Sleeps until one of them or the standard input has something, or for `most`.
pub(crate) fn wait(taps: &[&Tap], most: Option<Duration>) -> Result<Awake> {
    let watch = |fd| libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    };
    let mut watched: Vec<_> = taps.iter().map(|tap| watch(tap.0.as_raw_fd())).collect();
    watched.push(watch(libc::STDIN_FILENO));
    let limit = most.map(|most| libc::timespec {
        tv_sec: most.as_secs().cast_signed(),
        tv_nsec: most.subsec_nanos().into(),
    });
    let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: `watched` and `limit` are ours and outlive the call; the length is the vector's own.
    let result = unsafe {
        libc::ppoll(
            watched.as_mut_ptr(),
            watched.len() as libc::nfds_t,
            limit,
            std::ptr::null(),
        )
    };
    check(result).context("ppoll")?;
    let input = watched.pop().is_some_and(|input| input.revents != 0);
    let taps = watched
        .iter()
        .enumerate()
        .filter(|(_, tap)| tap.revents != 0)
        .map(|(at, _)| at)
        .collect();
    Ok(Awake { taps, input })
}

fn check(result: libc::c_int) -> Result<(), Error> {
    if result < 0 {
        Err(Error::last_os_error())
    } else {
        Ok(())
    }
}

fn is_idle(error: &Error) -> bool {
    error.kind() == ErrorKind::WouldBlock || error.raw_os_error() == Some(libc::EIO)
}
