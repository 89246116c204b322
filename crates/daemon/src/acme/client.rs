//! How the authority is asked: HTTP/1.1 over TLS, a connection for each request, and an end to everything.

use std::{path::Path, pin::Pin, sync::Arc, time::Duration};

use anyhow::Context as _;
use http::{HeaderValue, Request, Response, Uri, header::HOST};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

pub(super) struct Client(Arc<ClientConfig>);

impl Client {
    /// One that trusts the authorities in `ca`.
    pub(super) fn trusting(ca: &Path) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(crate::tls::client_config(ca, None)?)))
    }
}

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let tls = Arc::clone(&self.0);
        Box::pin(async move {
            let answer = timeout(PATIENCE, ask(tls, request)).await;
            answer
                .context("the authority takes too long to answer")
                .flatten()
                .map(BytesResponse::from)
                .map_err(|error| Error::Other(error.into()))
        })
    }
}

async fn ask(
    tls: Arc<ClientConfig>,
    mut request: Request<BodyWrapper<Bytes>>,
) -> anyhow::Result<Response<Full<Bytes>>> {
    let uri = request.uri().clone();
    anyhow::ensure!(uri.scheme_str() == Some("https"), "{uri} has to be https://");
    let host = uri.host().context("a URL without a host")?;
    let port = uri.port_u16().unwrap_or(443);
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).context("a host that is no name")?;
    let reached = || format!("reach {host}, port {port}");
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port))
        .await
        .with_context(reached)?;
    let stream = TlsConnector::from(tls)
        .connect(name, stream)
        .await
        .with_context(reached)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer, or when that is given up.
    let connection = tokio::spawn(connection);
    let authority = uri.authority().context("a URL without a host")?;
    request
        .headers_mut()
        .insert(HOST, HeaderValue::from_str(authority.as_str())?);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = Uri::try_from(path)?;
    let (parts, body) = sender.send_request(request).await?.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER).collect().await;
    connection.abort();
    let body = body.map_err(|error| anyhow::anyhow!("an answer that can't be read: {error}"))?;
    Ok(Response::from_parts(parts, Full::new(body.to_bytes())))
}

const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes. A chain of certificates has a few thousand.
const LONGEST_ANSWER: usize = 256 * 1024;
