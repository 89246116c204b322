//! The doors of a daemon that speaks gRPC: a Unix socket and a TLS port, and who has come through them.

mod clients;

use std::{
    fs, io,
    net::SocketAddr,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use anyhow::Context as _;
use serde::Deserialize;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::{Semaphore, mpsc},
    time::{Sleep, sleep},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Code, Status,
    transport::{Server, server::Connected},
};
use tonic_types::{ErrorDetails, StatusExt as _};

use clients::Clients;
pub use clients::{ClientCertificate, check_integrators};

use crate::{
    ConfigError, Reach, User, sockets,
    tls::{self, CertFiles, Certificate, Pair},
};

/// A Unix socket, and who may do what there. The user that the daemon runs as, and root, may do everything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnixConfig {
    /// Its path.
    pub path: PathBuf,
    /// Operators, by user id or name.
    #[serde(default)]
    pub operator_uids: Vec<User>,
    /// What our other daemons run as, by user id or name.
    #[serde(default)]
    pub daemon_uids: Vec<User>,
}

impl UnixConfig {
    /// What it takes to open it.
    #[must_use]
    pub fn within(&self, reach: Reach) -> Reach {
        reach.making(&self.path)
    }

    /// A socket for the daemon's own user.
    pub fn at(path: PathBuf) -> Self {
        Self {
            path,
            operator_uids: Vec::new(),
            daemon_uids: Vec::new(),
        }
    }
}

/// A TLS port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The server's certificate chain (PEM).
    pub cert: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
    /// The authority of our own daemons: whoever shows a certificate of it is one of them. An authority for this and nothing else.
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
}

impl TlsConfig {
    /// What it takes to open it.
    #[must_use]
    pub fn within(&self, reach: Reach) -> Reach {
        let files = [&self.cert, &self.key].into_iter().chain(&self.client_ca);
        files.fold(reach, |reach, file| reach.reading(file))
    }

    /// What it shows.
    pub fn files(&self) -> CertFiles {
        CertFiles {
            cert: self.cert.clone(),
            key: self.key.clone(),
        }
    }

    /// Whether its files can be used.
    ///
    /// # Errors
    /// Says which of the keys is at fault.
    pub fn check(&self) -> Result<(), ConfigError> {
        Pair::read(&self.files())?;
        let ca = self.client_ca.as_deref();
        ca.map_or(Ok(()), |ca| {
            tls::check_authority(ca).map_err(|error| error.within("client_ca"))
        })
    }
}

/// Listening, and nobody let in yet.
#[derive(Debug)]
pub struct Listeners {
    unix: Option<(UnixListener, UnixConfig)>,
    tls: Option<(TcpListener, Tls)>,
}

struct Tls {
    acceptor: TlsAcceptor,
    certificate: Certificate,
    clients: Clients,
}

impl Listeners {
    /// Opens both, where there are both, for these protocols over TLS (ALPN): [`GRPC`] or [`GRPC_AND_HTTP`]. `integrators` is a file with the authorities of integrators' certificates (PEM).
    ///
    /// # Errors
    /// When a file can't be used (a [`ConfigError`](crate::ConfigError)) or somebody listens there already.
    pub fn bind(
        unix: Option<&UnixConfig>,
        tls: Option<&TlsConfig>,
        integrators: Option<&Path>,
        protocols: &[&[u8]],
    ) -> anyhow::Result<Self> {
        let unix = unix.map(bind_unix).transpose()?;
        let tls = tls.map(|tls| {
            let certificate = Certificate::of(Pair::read(&tls.files())?);
            let clients = Clients::of(tls.client_ca.as_deref(), integrators)?;
            let server = certificate.server_config(protocols, clients.verifier())?;
            let listener = sockets::tcp(tls.listen).with_context(|| format!("bind {}", tls.listen))?;
            let acceptor = TlsAcceptor::from(server);
            let tls = Tls {
                acceptor,
                certificate,
                clients,
            };
            anyhow::Ok((TcpListener::from_std(listener)?, tls))
        });
        Ok(Self {
            unix,
            tls: tls.transpose()?,
        })
    }

    /// Where it listens for TLS, if it does.
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.tls.as_ref().and_then(|(listener, _)| listener.local_addr().ok())
    }

    /// What is shown to who comes over TLS, to be changed; none where nobody does.
    pub fn certificate(&self) -> Option<Certificate> {
        self.tls.as_ref().map(|(_, tls)| tls.certificate.clone())
    }

    /// Lets people in. Ends when the stream is dropped.
    pub fn accept(self) -> ReceiverStream<io::Result<Connection>> {
        let (accepted, connections) = mpsc::channel(16);
        // Each door has its own places: strangers at the TLS port don't keep our own daemons out.
        let places = || Arc::new(Semaphore::new(MAX_CONNECTIONS));
        if let Some((listener, config)) = self.unix {
            tokio::spawn(accept_unix(listener, config, places(), accepted.clone()));
        }
        if let Some((listener, tls)) = self.tls {
            let (certificate, serving) = (tls.certificate.clone(), accepted.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = serving.closed() => {}
                    () = certificate.follow_files() => {}
                }
            });
            tokio::spawn(accept_tls(listener, Arc::new(tls), places(), accepted));
        }
        ReceiverStream::new(connections)
    }
}

/// What speaks HTTP/2 only.
pub const GRPC: &[&[u8]] = &[b"h2"];
/// What speaks HTTP/1.1 as well.
pub const GRPC_AND_HTTP: &[&[u8]] = &[b"h2", b"http/1.1"];

/// INVALID_ARGUMENT, with the field and what it should be.
pub fn invalid(field: &str, should: &str) -> Status {
    let details = ErrorDetails::with_bad_request_violation(field, should);
    Status::with_error_details(Code::InvalidArgument, format!("{field}: {should}"), details)
}

/// A gRPC server with the limits that ours all have.
pub fn server() -> Server {
    Server::builder()
        .timeout(REQUEST)
        .concurrency_limit_per_connection(256)
        .max_concurrent_streams(256)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_max_header_list_size(16 * 1024)
        .http2_max_pending_accept_reset_streams(Some(64))
}

fn bind_unix(config: &UnixConfig) -> anyhow::Result<(UnixListener, UnixConfig)> {
    let context = || format!("bind {}", config.path.display());
    // The service manager has given it its owner and mode.
    if let Some(listener) = sockets::handed_unix(&config.path) {
        return Ok((UnixListener::from_std(listener).with_context(context)?, config.clone()));
    }
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
            Ok(_) => Err(io::Error::new(io::ErrorKind::AddrInUse, "another daemon listens there")),
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

/// Who is at the other end of a connection; every request has it in its extensions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peer {
    /// The operator: root, the daemon's own user, or one who is configured so.
    pub operator: bool,
    /// Another of our daemons.
    pub daemon: bool,
    /// What an integrator has shown.
    pub certificate: Option<ClientCertificate>,
}

impl Peer {
    /// Who has sent the request; nobody in particular where it came through no door of ours.
    pub fn of<T>(request: &tonic::Request<T>) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }
}

/// Somebody who has come in.
#[derive(Debug)]
pub struct Connection {
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
        self.peer.clone()
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
            operator: everything || config.operator_uids.iter().any(|it| it.is(user)),
            daemon: everything || config.daemon_uids.iter().any(|it| it.is(user)),
            certificate: None,
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
            let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
            let (daemon, certificate) = tls.clients.judge(shown);
            let connection = Connection {
                peer: Peer {
                    operator: false,
                    daemon,
                    certificate,
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
        write!(f, "Tls({:?})", self.clients)
    }
}

/// Of each door.
const MAX_CONNECTIONS: usize = 1024;
/// How long a request may take until its answer begins.
pub const REQUEST: Duration = Duration::from_secs(10);
const HANDSHAKE: Duration = Duration::from_secs(8);
