//! How a daemon reaches another one of ours.

use std::{
    fs,
    path::{Path, PathBuf},
    task::{Context, Poll},
    time::Duration,
};

use anyhow::Context as _;
use http::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::UnixStream;
use tonic::{
    body::Body,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Error, Identity, Uri, channel::ResponseFuture},
};
use tower::Service;

use crate::{
    ConfigError, Reach, Traces,
    metrics::{Answered, Asked},
    tls::{self, CertFiles, Pair, Validity},
};

/// Where another daemon is: `unix`, or `url` with `ca`, `cert` and `key`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Keys")]
pub enum Address {
    /// On this machine.
    Unix {
        /// Its socket.
        unix: PathBuf,
    },
    /// On another machine, with a certificate that says that we are one of its daemons.
    Tls {
        /// `https://session.internal:8444`
        url: String,
        /// The authority of its certificate (PEM).
        ca: PathBuf,
        /// Our certificate (PEM).
        cert: PathBuf,
        /// Our private key (PEM).
        key: PathBuf,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    unix: Option<PathBuf>,
    url: Option<String>,
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl TryFrom<Keys> for Address {
    type Error = &'static str;

    fn try_from(keys: Keys) -> Result<Self, Self::Error> {
        match keys {
            Keys {
                unix: Some(unix),
                url: None,
                ca: None,
                cert: None,
                key: None,
            } => Ok(Self::Unix { unix }),
            Keys {
                unix: None,
                url: Some(url),
                ca: Some(ca),
                cert: Some(cert),
                key: Some(key),
            } => Ok(Self::Tls { url, ca, cert, key }),
            _ => Err("write either `unix`, for this machine, or all of `url`, `ca`, `cert` and `key`, for another"),
        }
    }
}

impl Address {
    /// A daemon on this machine.
    pub fn unix(path: PathBuf) -> Self {
        Self::Unix { unix: path }
    }

    /// What it takes to reach it.
    #[must_use]
    pub fn within(&self, reach: Reach) -> Reach {
        match self {
            Self::Unix { unix } => reach.reading(unix),
            Self::Tls { url, ca, cert, key } => {
                let port = url.parse().ok().and_then(|url: Uri| url.port_u16()).unwrap_or(443);
                let files = [ca, cert, key]
                    .into_iter()
                    .fold(reach, |reach, file| reach.reading(file));
                // A name may be asked for over TCP as well.
                files.calling(port).calling(53)
            }
        }
    }

    /// Whether the files can be read and used, and the URL is one.
    ///
    /// # Errors
    /// Says which of the keys is at fault.
    pub fn check(&self) -> Result<(), ConfigError> {
        let Self::Tls { url, ca, cert, key } = self else {
            return Ok(());
        };
        let files = CertFiles {
            cert: cert.clone(),
            key: key.clone(),
        };
        tls::check_authority(ca).map_err(|error| error.within("ca"))?;
        Pair::read(&files)?;
        match Endpoint::from_shared(url.clone()) {
            Ok(endpoint) if endpoint.uri().scheme_str() == Some("https") => Ok(()),
            _ => Err(ConfigError::of_key(
                "url",
                format!("{url} has to be like https://session.internal:8444"),
            )),
        }
    }

    /// Until when the certificate is good that we show there; none on this machine, and none where it can't be read.
    pub fn validity(&self) -> Option<Validity> {
        let Self::Tls { cert, key, .. } = self else { return None };
        let (cert, key) = (cert.clone(), key.clone());
        Pair::read(&CertFiles { cert, key }).ok()?.validity()
    }

    /// Connects when it is first needed, and again when it was lost.
    ///
    /// # Errors
    /// When one of the files can't be read, or is not what it should be, or the URL is none.
    pub fn client(&self, traces: &Traces) -> anyhow::Result<Client> {
        let traces = traces.clone();
        Ok(Client {
            channel: self.channel()?,
            traces,
        })
    }

    fn channel(&self) -> anyhow::Result<Channel> {
        match self {
            Self::Unix { unix } => {
                let path = unix.clone();
                let connector = tower::service_fn(move |_| {
                    let path = path.clone();
                    async move { UnixStream::connect(path).await.map(TokioIo::new) }
                });
                let endpoint = settings(Endpoint::from_static("http://localhost"));
                Ok(endpoint.connect_with_connector_lazy(connector))
            }
            Self::Tls { url, ca, cert, key } => {
                let read = |path: &Path| fs::read(path).with_context(|| format!("read {}", path.display()));
                let tls = ClientTlsConfig::new()
                    .ca_certificate(Certificate::from_pem(read(ca)?))
                    .identity(Identity::from_pem(read(cert)?, read(key)?));
                let endpoint = Endpoint::from_shared(url.clone())
                    .with_context(|| format!("{url} is no URL"))?
                    .tls_config(tls)?;
                Ok(settings(endpoint).connect_lazy())
            }
        }
    }
}

/// Another daemon, as generated clients ask it: traced, where that is configured.
#[derive(Debug, Clone)]
pub struct Client {
    channel: Channel,
    traces: Traces,
}

impl Service<Request<Body>> for Client {
    type Response = Response<Answered<Body>>;
    type Error = Error;
    type Future = Asked<ResponseFuture>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.channel.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Asked<ResponseFuture> {
        let method = request.uri().path().to_owned();
        let span = self.traces.calling(&method, request.headers_mut());
        Asked::traced_by(span, self.channel.call(request))
    }
}

/// Somebody else's server, over TLS where its authorities are given. Connects when it is first needed, and again when it was lost.
pub(crate) fn lazily(url: &str, ca: Option<&Path>) -> anyhow::Result<Channel> {
    let mut endpoint = Endpoint::from_shared(url.to_owned()).with_context(|| format!("{url} is no URL"))?;
    if let Some(ca) = ca {
        let ca = fs::read(ca).with_context(|| format!("read {}", ca.display()))?;
        endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(ca)))?;
    }
    Ok(settings(endpoint).connect_lazy())
}

/// Those that browsers trust.
pub(crate) fn system_authorities() -> PathBuf {
    "/etc/ssl/certs/ca-certificates.crt".into()
}

fn settings(endpoint: Endpoint) -> Endpoint {
    endpoint
        .connect_timeout(Duration::from_secs(2))
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(5))
        .keep_alive_while_idle(true)
}
