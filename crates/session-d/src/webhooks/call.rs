//! How a receiver is called: HTTP/1.1, a connection for each request, to an address that was looked at before, and an end to everything.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::{
    Method, Request, StatusCode,
    header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT},
};
use http_body_util::Full;
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::message::Message;
use crate::{
    config::WebhooksConfig,
    rules::webhooks::{Networks, Receiver},
};

/// Why a request failed, for its owner to read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error("the URL is none that may be called: the operator has to allow its network")]
    NotAllowed,
    #[error("the name is not known")]
    Unknown,
    #[error("the name has no address that may be called: the operator has to allow its network")]
    Inner,
    #[error("no connection: {0}")]
    NoConnection(String),
    #[error("no TLS connection: {0}")]
    NoTls(String),
    #[error("not answered with HTTP: {0}")]
    NoHttp(String),
    #[error("not answered within {} seconds", PATIENCE.as_secs())]
    Late,
    #[error("answered 410: it is gone")]
    Gone,
    #[error("answered {0}: redirects are not followed")]
    Redirect(u16),
    #[error("answered {0}")]
    Refused(u16),
}

/// Who calls.
pub(super) struct Courier {
    tls: Arc<ClientConfig>,
    networks: Networks,
}

impl Courier {
    pub(super) fn new(config: &WebhooksConfig) -> anyhow::Result<Self> {
        Ok(Self {
            tls: Arc::new(daemon::tls::client_config(&config.ca, None)?),
            networks: config.networks(),
        })
    }

    pub(super) fn networks(&self) -> &Networks {
        &self.networks
    }

    /// Sends a message; it is heard when it is answered with 2xx.
    pub(super) async fn post(
        &self,
        receiver: &Receiver,
        message: &Message,
        now: u64,
        signatures: &str,
    ) -> Result<(), Failure> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&receiver.target)
            .header(HOST, &receiver.authority)
            .header(USER_AGENT, concat!("visite/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header(CONNECTION, "close")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", now)
            .header("webhook-signature", signatures)
            .body(Full::new(Bytes::from(message.body.clone())))
            .map_err(|_| Failure::NotAllowed)?;
        let asked = timeout(PATIENCE, self.ask(receiver, request)).await;
        let status = asked.unwrap_or(Err(Failure::Late))?;
        match status {
            StatusCode::GONE => Err(Failure::Gone),
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => Err(Failure::Redirect(status.as_u16())),
            status => Err(Failure::Refused(status.as_u16())),
        }
    }

    async fn ask(&self, receiver: &Receiver, request: Request<Full<Bytes>>) -> Result<StatusCode, Failure> {
        let stream = self.connect(receiver).await?;
        if !receiver.tls {
            return answer(stream, request).await;
        }
        let name = ServerName::try_from(receiver.host.clone()).map_err(|_| Failure::Unknown)?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await;
        answer(stream.map_err(|error| Failure::NoTls(short(&error)))?, request).await
    }

    /// To an address of the name that may be called. A name that changes its mind in between changes nothing: it is asked once.
    async fn connect(&self, receiver: &Receiver) -> Result<TcpStream, Failure> {
        let found = lookup_host((receiver.host.as_str(), receiver.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| Failure::Unknown)?.collect();
        let open = found
            .into_iter()
            .filter(|address| self.networks.open(address.ip(), receiver.tls));
        let mut failure = Failure::Inner;
        for address in open.take(MOST_ADDRESSES) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = Failure::NoConnection(short(&error)),
            }
        }
        Err(failure)
    }
}

/// The status is all that is read of an answer: the connection ends with it.
async fn answer<S>(stream: S, request: Request<Full<Bytes>>) -> Result<StatusCode, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let failed = |error: hyper::Error| Failure::NoHttp(short(&error));
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(LONGEST_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(failed)?;
    let mut answer = std::pin::pin!(sender.send_request(request));
    let answer = tokio::select! {
        answer = &mut answer => answer,
        end = connection => {
            end.map_err(failed)?;
            // The answer was the last thing that it brought.
            answer.await
        }
    };
    Ok(answer.map_err(failed)?.status())
}

fn short(error: &dyn std::error::Error) -> String {
    error.to_string().chars().take(LONGEST_REASON).collect()
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Courier({:?})", self.networks)
    }
}

/// For the whole request, the name's address included.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer's status line and headers.
const LONGEST_HEAD: usize = 16 * 1024;
const LONGEST_REASON: usize = 200;
/// Of one name, that are tried.
const MOST_ADDRESSES: usize = 4;
