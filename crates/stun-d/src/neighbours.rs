//! What a client of one worker sends to a client of another: it is passed on within the process, as it would be through a socket: bounded, and dropped where the other
//! doesn't keep up.

use std::{
    io, mem,
    net::SocketAddr,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use rustix::event::{EventfdFlags, eventfd};

use crate::shared::Owner;

/// Wakes a worker.
#[derive(Debug, Clone)]
pub(crate) struct Bell(Arc<OwnedFd>);

impl Bell {
    fn new() -> io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self(Arc::new(bell)))
    }

    pub(crate) fn ring(&self) {
        // One that has rung so often that it can't any more is heard all the same.
        let _ = rustix::io::write(&*self.0, &1_u64.to_ne_bytes());
    }

    fn hush(&self) {
        let _ = rustix::io::read(&*self.0, &mut [0; 8]);
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Datagrams for one worker: from which relayed address to which, as the world knows both.
#[derive(Debug, Default)]
pub(crate) struct Bundle {
    bytes: Vec<u8>,
    parts: Vec<(SocketAddr, SocketAddr, usize)>,
}

impl Bundle {
    fn add(&mut self, from: SocketAddr, to: SocketAddr, data: &[u8]) {
        self.bytes.extend_from_slice(data);
        self.parts.push((from, to, data.len()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SocketAddr, SocketAddr, &[u8])> {
        let mut rest = &self.bytes[..];
        self.parts.iter().map(move |&(from, to, length)| {
            let (data, others) = rest.split_at(length);
            rest = others;
            (from, to, data)
        })
    }
}

/// One worker's place among the others.
#[derive(Debug)]
pub(crate) struct Place {
    number: u8,
    bell: Bell,
    bundles: Receiver<Bundle>,
    doors: Arc<[Door]>,
}

#[derive(Debug)]
struct Door {
    bundles: SyncSender<Bundle>,
    bell: Bell,
}

/// So many places.
pub(crate) fn places(count: u8) -> io::Result<Vec<Place>> {
    let mut doors = Vec::new();
    let mut rooms = Vec::new();
    for number in 0..count {
        let (sender, bundles) = sync_channel(MOST);
        let bell = Bell::new()?;
        doors.push(Door {
            bundles: sender,
            bell: bell.clone(),
        });
        rooms.push((number, bell, bundles));
    }
    let doors: Arc<[Door]> = doors.into();
    let place = |(number, bell, bundles)| Place {
        number,
        bell,
        bundles,
        doors: Arc::clone(&doors),
    };
    Ok(rooms.into_iter().map(place).collect())
}

impl Place {
    pub(crate) fn owner(&self) -> Owner {
        Owner::Worker(self.number)
    }

    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    /// What has come since the bell rang. It is quiet from now on, until more comes.
    pub(crate) fn take(&self) -> impl Iterator<Item = Bundle> {
        self.bell.hush();
        self.bundles.try_iter().take(MOST)
    }

    pub(crate) fn outgoing(&self) -> Bundles {
        Bundles {
            of: self.doors.iter().map(|_| Bundle::default()).collect(),
            doors: Arc::clone(&self.doors),
        }
    }
}

/// What is to be passed on, by worker.
#[derive(Debug)]
pub(crate) struct Bundles {
    of: Vec<Bundle>,
    doors: Arc<[Door]>,
}

impl Bundles {
    pub(crate) fn add(&mut self, worker: u8, from: SocketAddr, to: SocketAddr, data: &[u8]) {
        self.of[usize::from(worker)].add(from, to, data);
    }

    pub(crate) fn send(&mut self) {
        for (bundle, door) in self.of.iter_mut().zip(&*self.doors) {
            if !bundle.parts.is_empty() && door.bundles.try_send(mem::take(bundle)).is_ok() {
                door.bell.ring();
            }
        }
    }
}

/// Bundles that may wait for a worker; each has what one wake-up brought.
const MOST: usize = 16;
