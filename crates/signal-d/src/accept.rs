//! Lets connections in: TLS, then HTTP/1.1 or HTTP/2, each with its limits.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Extension, Router,
    body::Body,
    extract::{
        MatchedPath, Request, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, Method, Response, StatusCode, Uri},
    middleware::{self, Next},
    response::IntoResponse as _,
    routing::{any, get},
};
use daemon::{Life, acme::Acme, tls::Certificate};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    Parts, api,
    config::Config,
    console, frames,
    headers::SecurityHeaders,
    hops::{self, Hops, ToldBy},
    meter::{Allowance, Metered},
    origin,
    places::{Place, Places},
    site,
    tally::Open,
    visitor,
};

/// The public port.
pub(crate) struct Door {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    certificate: Certificate,
    acme: Option<Acme>,
    places: Places,
    hops: Option<Arc<Hops>>,
    addr: SocketAddr,
}

/// Where a connection or a request comes from. What a client says about that in a header is not believed, unless it is a proxy that is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source(pub(crate) IpAddr);

impl Door {
    pub(crate) fn bind(config: &Config) -> anyhow::Result<Self> {
        let acme = config.acme.as_ref().map(Acme::bind).transpose()?;
        let certificate = match (&acme, config.pair()?) {
            (Some(acme), _) => acme.certificate(),
            (None, pair) => Certificate::of(pair.context("neither a certificate nor an authority")?),
        };
        let tls = certificate.server_config(&[b"h2", b"http/1.1"], None)?;
        let context = || format!("bind {}", config.listen);
        let listener = daemon::sockets::tcp(config.listen).with_context(context)?;
        Ok(Self {
            addr: listener.local_addr().with_context(context)?,
            listener: TcpListener::from_std(listener).with_context(context)?,
            acceptor: TlsAcceptor::from(tls),
            certificate,
            acme,
            places: Places::new(config.limits),
            hops: config.hops()?.map(Arc::new),
        })
    }

    /// What SIGHUP changes for those who come from now on: what they are shown, and how many they may be. Where the certificate can't be used nothing is changed.
    pub(crate) fn renewal(&self) -> impl Fn(Option<&Config>) -> anyhow::Result<()> + use<> {
        let (certificate, places) = (self.certificate.clone(), self.places.clone());
        move |config| {
            if let Some(config) = config {
                if let Some(pair) = config.pair()? {
                    certificate.show(pair);
                }
                places.set_limits(config.limits);
            }
            Ok(())
        }
    }

    /// What browsers are shown.
    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Serves until `life` ends, and then for as long as what is begun takes, within reason.
    pub(crate) async fn serve(self, parts: &Arc<Parts>, life: Life) -> anyhow::Result<()> {
        let router = router(parts, &life);
        let places = self.places;
        let (certificate, acme) = (self.certificate, self.acme);
        let following = async {
            match acme {
                Some(acme) => acme.run().await,
                None => certificate.follow_files().await,
            }
        };
        let mut following = std::pin::pin!(following);
        loop {
            let accepted = tokio::select! {
                () = life.ending() => break,
                () = following.as_mut() => anyhow::bail!("nobody sees to the certificate any more"),
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, from)) => {
                    // Without a place it is closed at once: the cheapest refusal there is.
                    if let Some(come) = Come::by(from.ip(), self.hops.as_ref(), &places) {
                        tokio::spawn(connection(
                            stream,
                            come,
                            self.acceptor.clone(),
                            router.clone(),
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
    mut stream: TcpStream,
    mut come: Come,
    acceptor: TlsAcceptor,
    router: Router,
    mut open: Open,
    life: Life,
) {
    let _ = stream.set_nodelay(true);
    let handshake = async {
        come.hear_of_client(&mut stream).await?;
        acceptor.accept(stream).await
    };
    let stream = tokio::select! {
        stream = timeout(HANDSHAKE, handshake) => stream.ok(),
        () = overdue(&life) => return,
    };
    let Some(Ok(stream)) = stream else { return };
    open.established();
    let (asked, allowance) = (Arc::new(Notify::new()), Allowance::unlimited());
    let router = router
        .layer(Extension(Source(come.from)))
        .layer(Extension(Arc::new(come.place)))
        .layer(Extension(come.through))
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

/// Who has come.
struct Come {
    from: IpAddr,
    place: Place,
    through: Option<Through>,
}

/// Through a proxy that is believed.
#[derive(Debug, Clone)]
struct Through {
    hops: Arc<Hops>,
    places: Places,
}

impl Come {
    /// `None`: there is no place, or nobody but proxies may come.
    fn by(from: IpAddr, hops: Option<&Arc<Hops>>, places: &Places) -> Option<Self> {
        let from = from.to_canonical();
        let (through, place) = match hops {
            Some(hops) if hops.trusts(from) => {
                let (hops, places) = (Arc::clone(hops), places.clone());
                let place = places.take_for_all()?;
                (Some(Through { hops, places }), place)
            }
            Some(hops) if hops.told_by == ToldBy::ProxyV2 => return None,
            _ => (None, places.take(from)?),
        };
        Some(Self { from, place, through })
    }

    /// What is told before TLS, where it is.
    async fn hear_of_client(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let Some(through) = self.through.take_if(|through| through.hops.told_by == ToldBy::ProxyV2) else {
            return Ok(());
        };
        if let Some(client) = hops::read_proxy_header(stream).await? {
            self.from = client.to_canonical();
            self.place = through.places.take(client).ok_or(io::ErrorKind::QuotaExceeded)?;
        }
        Ok(())
    }
}

impl Through {
    /// Where this request comes from, with a place of its own: of its network, for as long as it is answered or its WebSocket lasts.
    fn note_client(&self, request: &mut Request) -> Result<(), StatusCode> {
        let client = self
            .hops
            .client(request.headers())
            .map_err(|_| StatusCode::BAD_REQUEST)?;
        if let Some(client) = client {
            let place = self.places.take(client).ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
            request.extensions_mut().insert(Source(client));
            request.extensions_mut().insert(Arc::new(place));
        }
        Ok(())
    }
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
        .layer(middleware::from_fn_with_state(Arc::clone(parts), traced))
        .layer(Extension(life.clone()))
        .with_state(Arc::clone(parts))
        .layer(middleware::map_response(move |mut response: Response<Body>| {
            tally.answered(response.status().as_u16());
            headers.add_to(response.headers_mut());
            std::future::ready(response)
        }))
}

/// Calls are traced by the template of their path; pages are not.
async fn traced(
    State(parts): State<Arc<Parts>>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response<Body> {
    match route {
        Some(route) => {
            let method = request.method().clone();
            parts.traces.answering(&method, route.as_str(), next.run(request)).await
        }
        None => next.run(request).await,
    }
}

/// Pages of other origins get nothing, whatever they ask for.
async fn only_own_pages(
    State(parts): State<Arc<Parts>>,
    Extension(asked): Extension<Arc<Notify>>,
    Extension(through): Extension<Option<Through>>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    asked.notify_one();
    if let Err(status) = check_head(request.uri(), request.headers()) {
        return site::plain(status);
    }
    if let Some(through) = through
        && let Err(status) = through.note_client(&mut request)
    {
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

const PROTOCOL: &str = "visite.signal.v1";
const PRACTICE_PROTOCOL: &str = "visite.practice.v1";
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
