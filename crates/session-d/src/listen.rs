//! The doors: a Unix socket and a TLS port, and who has come through them.

use std::{
    fs, io,
    net::SocketAddr,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _},
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::{Semaphore, mpsc},
    time::{Sleep, sleep},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tonic::transport::server::Connected;

use crate::config::{Config, UnixConfig};

/// Listening, and nobody let in yet.
#[derive(Debug)]
pub(crate) struct Listeners {
    unix: Option<(UnixListener, UnixConfig)>,
    tls: Option<(TcpListener, Tls)>,
}

struct Tls {
    acceptor: TlsAcceptor,
    /// Whether a certificate of the daemons' authority can be shown.
    daemons: bool,
}

impl Listeners {
    pub(crate) fn bind(config: &Config) -> anyhow::Result<Self> {
        let unix = config.unix.as_ref().map(bind_unix).transpose()?;
        let tls = config.tls.as_ref().map(|tls| {
            let server = daemon::tls::server_config(&tls.files(), &[b"h2"], tls.client_ca.as_deref())?;
            let listener = std::net::TcpListener::bind(tls.listen).with_context(|| format!("bind {}", tls.listen))?;
            listener.set_nonblocking(true)?;
            let daemons = tls.client_ca.is_some();
            let acceptor = TlsAcceptor::from(server);
            anyhow::Ok((TcpListener::from_std(listener)?, Tls { acceptor, daemons }))
        });
        Ok(Self {
            unix,
            tls: tls.transpose()?,
        })
    }

    pub(crate) fn tls_addr(&self) -> Option<SocketAddr> {
        self.tls.as_ref().and_then(|(listener, _)| listener.local_addr().ok())
    }

    /// Lets people in. Ends when the receiver is dropped.
    pub(crate) fn accept(self) -> mpsc::Receiver<io::Result<Connection>> {
        let (accepted, connections) = mpsc::channel(16);
        // Each door has its own places: strangers at the TLS port don't keep our own daemons out.
        let places = || Arc::new(Semaphore::new(MAX_CONNECTIONS));
        if let Some((listener, config)) = self.unix {
            tokio::spawn(accept_unix(listener, config, places(), accepted.clone()));
        }
        if let Some((listener, tls)) = self.tls {
            tokio::spawn(accept_tls(listener, Arc::new(tls), places(), accepted));
        }
        connections
    }
}

fn bind_unix(config: &UnixConfig) -> anyhow::Result<(UnixListener, UnixConfig)> {
    let context = || format!("bind {}", config.path.display());
    remove_stale(&config.path).with_context(context)?;
    let listener = UnixListener::bind(&config.path).with_context(context)?;
    // Who may connect is said by the peer's user; the directory and the group narrow it down before.
    fs::set_permissions(&config.path, fs::Permissions::from_mode(0o660)).with_context(context)?;
    Ok((listener, config.clone()))
}

/// A socket file that an earlier life left; one that somebody listens on stays.
fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => match std::os::unix::net::UnixStream::connect(path) {
            Ok(_) => Err(io::Error::new(
                io::ErrorKind::AddrInUse,
                "another session-d listens there",
            )),
            Err(_) => fs::remove_file(path),
        },
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is a file that is no socket",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) operator: bool,
    pub(crate) daemon: bool,
}

/// Somebody who has come in.
#[derive(Debug)]
pub(crate) struct Connection {
    peer: Peer,
    stream: Stream,
    /// When whoever has finished the handshake and said nothing since is given up: nobody else would.
    silence: Option<Pin<Box<Sleep>>>,
    _place: tokio::sync::OwnedSemaphorePermit,
}

#[derive(Debug)]
enum Stream {
    Unix(UnixStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer
    }
}

async fn accept_unix(
    listener: UnixListener,
    config: UnixConfig,
    places: Arc<Semaphore>,
    accepted: mpsc::Sender<io::Result<Connection>>,
) {
    loop {
        let Some((place, stream)) = next(&places, &accepted, || listener.accept()).await else {
            return;
        };
        let Ok(user) = stream.peer_cred().map(|cred| cred.uid()) else {
            continue;
        };
        let everything = user == 0 || user == own_user();
        let peer = Peer {
            operator: everything || config.operator_uids.contains(&user),
            daemon: everything || config.daemon_uids.contains(&user),
        };
        let connection = Connection {
            peer,
            stream: Stream::Unix(stream),
            silence: None,
            _place: place,
        };
        if accepted.send(Ok(connection)).await.is_err() {
            return;
        }
    }
}

async fn accept_tls(
    listener: TcpListener,
    tls: Arc<Tls>,
    places: Arc<Semaphore>,
    accepted: mpsc::Sender<io::Result<Connection>>,
) {
    loop {
        let Some((place, stream)) = next(&places, &accepted, || listener.accept()).await else {
            return;
        };
        let (tls, accepted) = (Arc::clone(&tls), accepted.clone());
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            // Whoever doesn't finish the handshake is nobody we need to tell.
            let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.acceptor.accept(stream)).await else {
                return;
            };
            let certified = stream.get_ref().1.peer_certificates().is_some();
            let connection = Connection {
                peer: Peer {
                    operator: false,
                    daemon: tls.daemons && certified,
                },
                stream: Stream::Tls(Box::new(stream)),
                silence: Some(Box::pin(sleep(HANDSHAKE))),
                _place: place,
            };
            let _ = accepted.send(Ok(connection)).await;
        });
    }
}

/// The next one who comes while there is a place; `None` when nobody is let in any more.
async fn next<S, A, F>(
    places: &Arc<Semaphore>,
    accepted: &mpsc::Sender<io::Result<Connection>>,
    accept: impl Fn() -> F,
) -> Option<(tokio::sync::OwnedSemaphorePermit, S)>
where
    F: Future<Output = io::Result<(S, A)>>,
{
    loop {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        tokio::select! {
            () = accepted.closed() => return None,
            came = accept() => match came {
                Ok((stream, _)) => return Some((place, stream)),
                Err(error) => {
                    // Out of file descriptors, mostly: wait for some to come back.
                    tracing::warn!("nobody can be let in: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

fn own_user() -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").map_or(u32::MAX, |own| own.uid())
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = match &mut self.stream {
            Stream::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        };
        if read.is_ready() {
            self.silence = None;
        } else if let Some(silence) = &mut self.silence
            && silence.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Unix(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Unix(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Unix(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tls(daemons: {})", self.daemons)
    }
}

const MAX_CONNECTIONS: usize = 1024;
const HANDSHAKE: Duration = Duration::from_secs(8);
