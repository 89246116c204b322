//! Lets connections in: TLS, then HTTP/1.1 or HTTP/2, each with its limits.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Extension, Router,
    body::Body,
    extract::{
        Request, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, Method, Response, StatusCode, Uri},
    middleware::{self, Next},
    response::IntoResponse as _,
    routing::{any, get},
};
use daemon::{Life, tls::CertFiles};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    Parts, api,
    config::Config,
    console, frames,
    headers::SecurityHeaders,
    meter::{Allowance, Metered},
    origin, site,
    tally::Open,
    throttle, visitor,
};

/// The public port.
pub(crate) struct Door {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    addr: SocketAddr,
}

/// Where a connection comes from. What a client says about that in a header is not believed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source(pub(crate) IpAddr);

impl Door {
    pub(crate) fn bind(config: &Config) -> anyhow::Result<Self> {
        let files = CertFiles {
            cert: config.cert.clone(),
            key: config.key.clone(),
        };
        let tls = daemon::tls::server_config(&files, &[b"h2", b"http/1.1"], None)?;
        let context = || format!("bind {}", config.listen);
        let listener = daemon::sockets::tcp(config.listen).with_context(context)?;
        Ok(Self {
            addr: listener.local_addr().with_context(context)?,
            listener: TcpListener::from_std(listener).with_context(context)?,
            acceptor: TlsAcceptor::from(tls),
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Serves until `life` ends, and then for as long as what is begun takes, within reason.
    pub(crate) async fn serve(self, parts: &Arc<Parts>, life: Life) -> anyhow::Result<()> {
        let router = router(parts, &life);
        let places = Places::new();
        loop {
            let accepted = tokio::select! {
                () = life.ending() => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, from)) => {
                    // Without a place it is closed at once: the cheapest refusal there is.
                    if let Some(place) = places.take(from.ip()) {
                        tokio::spawn(connection(
                            stream,
                            from,
                            self.acceptor.clone(),
                            router.clone(),
                            Arc::new(place),
                            parts.tally.open(),
                            life.clone(),
                        ));
                    } else {
                        parts.tally.turned_away();
                    }
                }
                Err(error) => back_off(&error).await,
            }
        }
        drop(self.listener);
        let _ = timeout(GRACE, places.all_free()).await;
        Ok(())
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Door({})", self.addr)
    }
}

/// Out of file descriptors, mostly: wait for some to come back.
async fn back_off(error: &io::Error) {
    tracing::warn!("nobody can be let in: {error}");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Waits until the end is asked for, and a moment longer.
async fn overdue(life: &Life) {
    life.ending().await;
    sleep(LAST_REQUEST).await;
}

async fn connection(
    stream: TcpStream,
    from: SocketAddr,
    acceptor: TlsAcceptor,
    router: Router,
    place: Arc<Place>,
    mut open: Open,
    life: Life,
) {
    let _ = stream.set_nodelay(true);
    let stream = tokio::select! {
        stream = timeout(HANDSHAKE, acceptor.accept(stream)) => stream.ok(),
        () = overdue(&life) => return,
    };
    let Some(Ok(stream)) = stream else { return };
    open.established();
    let (asked, allowance) = (Arc::new(Notify::new()), Allowance::unlimited());
    let router = router
        .layer(Extension(Source(from.ip().to_canonical())))
        .layer(Extension(place))
        .layer(Extension(allowance.clone()))
        .layer(Extension(Arc::clone(&asked)));
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(MAX_HEADERS)
        .half_close(false);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(32 * 1024)
        .max_pending_accept_reset_streams(Some(32))
        .max_local_error_reset_streams(Some(128))
        .keep_alive_interval(Some(KEEP_ALIVE))
        .keep_alive_timeout(HANDSHAKE);
    let stream = TokioIo::new(Metered::new(stream, allowance));
    let serving = server.serve_connection_with_upgrades(stream, TowerToHyperService::new(router));
    let mut serving = std::pin::pin!(serving);
    // Before the first request hyper itself waits without end, and over HTTP/2 after it as well.
    let mut patience = HEADERS;
    loop {
        tokio::select! {
            _ = serving.as_mut() => return,
            () = asked.notified() => patience = IDLE,
            () = sleep(patience) => {
                if patience == HEADERS {
                    return;
                }
                break;
            }
            // Who has just come is answered once.
            () = life.ending(), if patience == IDLE => break,
            () = overdue(&life) => break,
        }
    }
    serving.as_mut().graceful_shutdown();
    let _ = timeout(GRACE, serving).await;
}

/// Everything that is answered, with the same strict headers on all of it.
fn router(parts: &Arc<Parts>, life: &Life) -> Router {
    let (headers, tally) = (SecurityHeaders::new(&parts.origins[0]), Arc::clone(&parts.tally));
    Router::new()
        .nest("/api/v1", api::routes())
        .route("/signal", get(signal))
        .route("/practice", any(practice))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readiness))
        .fallback(page)
        .layer(middleware::from_fn_with_state(Arc::clone(parts), only_own_pages))
        .layer(Extension(life.clone()))
        .with_state(Arc::clone(parts))
        .layer(middleware::map_response(move |mut response: Response<Body>| {
            tally.answered(response.status().as_u16());
            headers.add_to(response.headers_mut());
            std::future::ready(response)
        }))
}

/// Pages of other origins get nothing, whatever they ask for.
async fn only_own_pages(
    State(parts): State<Arc<Parts>>,
    Extension(asked): Extension<Arc<Notify>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    asked.notify_one();
    if let Err(status) = check_head(request.uri(), request.headers()) {
        return site::plain(status);
    }
    if !origin::admits(&parts.origins, request.headers()) {
        return site::plain(StatusCode::FORBIDDEN);
    }
    // A call that takes longer than this is no call; a WebSocket has its answer at once.
    timeout(REQUEST, next.run(request))
        .await
        .unwrap_or_else(|_| api::unavailable())
}

/// No page of ours sends as much, or anything but text. hyper's own limits lie behind these: what it refuses is answered without our headers.
fn check_head(uri: &Uri, headers: &HeaderMap) -> Result<(), StatusCode> {
    if uri.path().len() + uri.query().map_or(0, str::len) > MAX_URI {
        return Err(StatusCode::URI_TOO_LONG);
    }
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > MAX_HEAD {
        return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    if headers.values().any(|value| value.to_str().is_err()) {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(())
}

async fn page(State(parts): State<Arc<Parts>>, method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    match method {
        Method::GET | Method::HEAD => parts.site.answer(uri.path(), &headers),
        _ => site::plain(StatusCode::METHOD_NOT_ALLOWED),
    }
}

async fn readiness(State(parts): State<Arc<Parts>>) -> Response<Body> {
    if parts.session.is_ready() {
        "ready\n".into_response()
    } else {
        site::plain(StatusCode::SERVICE_UNAVAILABLE)
    }
}

async fn signal(
    State(parts): State<Arc<Parts>>,
    Extension(Source(source)): Extension<Source>,
    Extension(place): Extension<Arc<Place>>,
    Extension(allowance): Extension<Allowance>,
    Extension(life): Extension<Life>,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let offered = upgrade.requested_protocols().any(|protocol| protocol == PROTOCOL);
    if !offered {
        return site::plain(StatusCode::BAD_REQUEST);
    }
    frames::configure(upgrade)
        .protocols([PROTOCOL])
        .on_upgrade(async move |socket| {
            visitor::serve(socket, allowance, source, parts, life).await;
            drop(place);
        })
}

/// The page of that name, or its line.
async fn practice(
    State(parts): State<Arc<Parts>>,
    Extension(place): Extension<Arc<Place>>,
    Extension(allowance): Extension<Allowance>,
    Extension(life): Extension<Life>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response<Body> {
    let Ok(upgrade) = upgrade else {
        return page(State(parts), method, uri, headers).await;
    };
    let offered = upgrade
        .requested_protocols()
        .any(|protocol| protocol == PRACTICE_PROTOCOL);
    if !offered {
        return site::plain(StatusCode::BAD_REQUEST);
    }
    frames::configure(upgrade)
        .protocols([PRACTICE_PROTOCOL])
        .on_upgrade(async move |socket| {
            console::serve(socket, allowance, parts, life).await;
            drop(place);
        })
}

/// How many connections there may be, in all and from one source: an IPv4 address, or a /64 of IPv6, of which whoever has one address has all.
#[derive(Debug, Clone)]
struct Places {
    all: Arc<Semaphore>,
    by_source: Arc<Mutex<HashMap<throttle::Prefix, usize>>>,
}

/// Held for as long as a connection lives.
#[derive(Debug)]
struct Place {
    source: throttle::Prefix,
    places: Places,
    _one_of_all: OwnedSemaphorePermit,
}

impl Places {
    fn new() -> Self {
        Self {
            all: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            by_source: Arc::default(),
        }
    }

    fn take(&self, source: IpAddr) -> Option<Place> {
        let one_of_all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        let source = throttle::prefix(source, 32);
        let mut by_source = self.by_source.lock().expect("nothing panics while it holds the lock");
        let here = by_source.entry(source).or_default();
        if *here >= MAX_OF_ONE_SOURCE {
            return None;
        }
        *here += 1;
        Some(Place {
            source,
            places: self.clone(),
            _one_of_all: one_of_all,
        })
    }

    async fn all_free(&self) {
        let all = u32::try_from(MAX_CONNECTIONS).expect("fits");
        let _ = self.all.acquire_many(all).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_source = self
            .places
            .by_source
            .lock()
            .expect("nothing panics while it holds the lock");
        if let Some(here) = by_source.get_mut(&self.source) {
            *here -= 1;
            if *here == 0 {
                by_source.remove(&self.source);
            }
        }
    }
}

const PROTOCOL: &str = "visite.signal.v1";
const PRACTICE_PROTOCOL: &str = "visite.practice.v1";
const MAX_CONNECTIONS: usize = 50_000;
/// A hospital may have one address for all.
const MAX_OF_ONE_SOURCE: usize = 20_000;
/// Of a request, as hyper takes it in; below that, as we do.
const MAX_HEADERS: usize = 32 * 1024;
const MAX_HEAD: usize = 8 * 1024;
const MAX_URI: usize = 2 * 1024;
/// Whoever is slow in any of these is gone within ten seconds.
const HANDSHAKE: Duration = Duration::from_secs(8);
const HEADERS: Duration = Duration::from_secs(8);
const REQUEST: Duration = Duration::from_secs(9);
/// From one request to the next, which is also how long an answer may take to be read.
const IDLE: Duration = Duration::from_secs(60);
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// For what is begun when the end is asked for. Whoever comes back finds the next life sooner than this one would have answered.
const GRACE: Duration = Duration::from_millis(1500);
/// For a connection that was let in before the end was asked for to send its request.
const LAST_REQUEST: Duration = Duration::from_millis(1000);
