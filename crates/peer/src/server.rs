//! An installation as its guests reach it: its name, TLS, and the requests of docs/signalling.md section 2.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use http::{Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Bytes, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, pki_types::ServerName},
};

use crate::steps::{Failure, Step, Steps};

/// An installation's public name: `https://video.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    host: String,
    port: u16,
}

/// Why a text is no [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has to be like https://video.example.org")]
pub struct NoOrigin;

impl Origin {
    /// Reads `https://host` or `https://host:port`; a path behind it is left out.
    ///
    /// # Errors
    /// [`NoOrigin`] for everything else.
    pub fn parse(url: &str) -> Result<Self, NoOrigin> {
        let uri: Uri = url.parse().map_err(|_| NoOrigin)?;
        let authority = uri.authority().ok_or(NoOrigin)?;
        if uri.scheme_str() != Some("https") || authority.as_str().contains('@') {
            return Err(NoOrigin);
        }
        Ok(Self {
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(443),
        })
    }

    /// As it stands in `Host`.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match self.port {
            443 => host,
            port => format!("{host}:{port}"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}", self.authority())
    }
}

pub(crate) type Tls = TlsStream<TcpStream>;

/// Connects with TLS.
pub(crate) async fn connect(
    origin: &Origin,
    tls: &Arc<ClientConfig>,
    patience: Duration,
    steps: &mut Steps,
) -> Result<Tls, Failure> {
    let failed = |step, error: &dyn fmt::Display| Failure::new(step, format!("{}: {error}", origin.authority()));
    let looked_up = in_time(Step::Dns, patience, lookup_host((&*origin.host, origin.port))).await?;
    let addresses: Vec<SocketAddr> = looked_up.map_err(|error| failed(Step::Dns, &error))?.collect();
    steps.done(Step::Dns);
    let stream = in_time(Step::Tcp, patience, TcpStream::connect(&*addresses)).await?;
    let stream = stream.map_err(|error| failed(Step::Tcp, &error))?;
    // A small frame must not wait for the acknowledgement of the one before.
    stream.set_nodelay(true).map_err(|error| failed(Step::Tcp, &error))?;
    steps.done(Step::Tcp);
    let name = ServerName::try_from(origin.host.clone()).map_err(|error| failed(Step::Tls, &error))?;
    let connecting = TlsConnector::from(tls.clone()).connect(name, stream);
    let stream = in_time(Step::Tls, patience, connecting).await?;
    let stream = stream.map_err(|error| failed(Step::Tls, &error))?;
    steps.done(Step::Tls);
    Ok(stream)
}

/// What takes longer than `patience` has failed.
pub(crate) async fn in_time<T>(step: Step, patience: Duration, act: impl Future<Output = T>) -> Result<T, Failure> {
    timeout(patience, act)
        .await
        .map_err(|_| Failure::new(step, format!("nothing came within {} s", patience.as_secs())))
}

/// One connection for requests.
pub(crate) struct Server {
    origin: Origin,
    tls: Arc<ClientConfig>,
    address: SocketAddr,
    patience: Duration,
    requests: SendRequest<Full<Bytes>>,
}

impl Server {
    pub(crate) async fn connect(
        origin: &Origin,
        tls: &Arc<ClientConfig>,
        patience: Duration,
        steps: &mut Steps,
    ) -> Result<Self, Failure> {
        let stream = connect(origin, tls, patience, steps).await?;
        let no_address = |error| Failure::new(Step::Tcp, format!("the connection has no address: {error}"));
        let address = stream.get_ref().0.peer_addr().map_err(no_address)?;
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (requests, connection) = handshake.map_err(|error| Failure::new(Step::Tls, error.to_string()))?;
        // It ends with `requests`.
        tokio::spawn(connection);
        Ok(Self {
            origin: origin.clone(),
            tls: tls.clone(),
            address,
            patience,
            requests,
        })
    }

    /// Where the server was found.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn get(&mut self, step: Step, path: &str) -> Result<Bytes, Failure> {
        self.ask(step, Method::GET, path, Bytes::new(), None).await
    }

    pub(crate) async fn post<A: DeserializeOwned>(
        &mut self,
        step: Step,
        path: &str,
        body: &impl Serialize,
        token: Option<&str>,
    ) -> Result<A, Failure> {
        let body = serde_json::to_vec(body).expect("requests are plain structs");
        let answer = self.ask(step, Method::POST, path, body.into(), token).await?;
        serde_json::from_slice(&answer)
            .map_err(|error| Failure::new(step, format!("{path} was answered with something else: {error}")))
    }

    async fn ask(
        &mut self,
        step: Step,
        method: Method,
        path: &str,
        body: Bytes,
        token: Option<&str>,
    ) -> Result<Bytes, Failure> {
        // What was silent for long may have been closed meanwhile.
        if self.requests.is_closed() {
            *self = Self::connect(&self.origin, &self.tls, self.patience, &mut Steps::begin()).await?;
        }
        let failed = |what: &dyn fmt::Display| Failure::new(step, format!("{path}: {what}"));
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.origin.authority());
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Full::new(body)).map_err(|error| failed(&error))?;
        let asking = async {
            self.requests.ready().await.map_err(|error| failed(&error))?;
            let answer = self
                .requests
                .send_request(request)
                .await
                .map_err(|error| failed(&error))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), LARGEST).collect().await;
            Ok((status, body.map_err(|error| failed(&error))?.to_bytes()))
        };
        let (status, body) = in_time(step, self.patience, asking).await??;
        if status.is_success() {
            return Ok(body);
        }
        Err(failed(&refused(status, &body)))
    }
}

/// What the server says about a refusal (docs/signalling.md section 2).
fn refused(status: StatusCode, body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Answer {
        error: Refusal,
    }
    #[derive(Deserialize)]
    struct Refusal {
        code: String,
        message: String,
    }
    match serde_json::from_slice(body) {
        Ok(Answer {
            error: Refusal { code, message },
        }) => format!("{message} ({code}, {status})"),
        Err(_) => status.to_string(),
    }
}

/// A page, or a page of a list.
const LARGEST: usize = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_https_and_a_name() {
        for (text, shown) in [
            ("https://video.example.org", "https://video.example.org"),
            ("https://video.example.org:443/v/abc", "https://video.example.org"),
            ("https://localhost:8443", "https://localhost:8443"),
            ("https://[::1]:8443/", "https://[::1]:8443"),
        ] {
            assert_eq!(
                Origin::parse(text).map(|origin| origin.to_string()),
                Ok(shown.to_owned())
            );
        }
        for text in [
            "",
            "video.example.org",
            "http://video.example.org",
            "https://",
            "https://a@b",
        ] {
            assert_eq!(Origin::parse(text), Err(NoOrigin), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_said_in_the_servers_words() {
        let body = br#"{"error":{"code":"invite_invalid","message":"there is no such invite"}}"#;

        assert_eq!(
            refused(StatusCode::NOT_FOUND, body),
            "there is no such invite (invite_invalid, 404 Not Found)"
        );
        assert_eq!(refused(StatusCode::BAD_GATEWAY, b"<html>"), "502 Bad Gateway");
    }
}
