//! A practice's server that webhooks are sent to, and what it has been sent.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::mpsc,
};
use tokio_rustls::TlsAcceptor;

/// What it answers from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Status(u16),
    /// 307, to there.
    Redirect(String),
    Nothing,
}

pub(crate) struct Receiver {
    pub(crate) addr: SocketAddr,
    answer: Arc<Mutex<Answer>>,
    /// Who has connected, also without a word.
    pub(crate) connections: Arc<AtomicUsize>,
    requests: mpsc::UnboundedReceiver<Sent>,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) target: String,
    pub(crate) body: String,
}

impl Receiver {
    pub(crate) async fn plain() -> Self {
        Self::start(None).await
    }

    /// With a certificate and its key (PEM).
    pub(crate) async fn tls((cert, key): (String, String)) -> Self {
        let cert = CertificateDer::from_pem_slice(cert.as_bytes()).expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key");
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert], key)
            .expect("they fit");
        Self::start(Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn start(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let (sender, requests) = mpsc::unbounded_channel();
        let receiver = Self {
            addr: listener.local_addr().expect("an address"),
            answer: Arc::new(Mutex::new(Answer::Status(204))),
            connections: Arc::default(),
            requests,
        };
        let (answer, connections) = (Arc::clone(&receiver.answer), Arc::clone(&receiver.connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let (tls, answer, sender) = (tls.clone(), Arc::clone(&answer), sender.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, answer, sender).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, answer, sender).await;
                            }
                        }
                    }
                });
            }
        });
        receiver
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/visite?from=webhooks", self.addr)
    }

    pub(crate) fn answers(&self, answer: Answer) {
        *self.answer.lock().expect("sound") = answer;
    }

    pub(crate) async fn next(&mut self) -> Sent {
        let next = tokio::time::timeout(FOREVER, self.requests.recv()).await;
        next.expect("something is sent").expect("the receiver lives")
    }

    /// Whether something has come that nobody has looked at.
    pub(crate) fn has_more(&self) -> bool {
        !self.requests.is_empty()
    }
}

impl Sent {
    pub(crate) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }

    /// How many of the signatures are this secret's.
    pub(crate) fn signed_by(&self, secret: &str) -> usize {
        let secret = secret.strip_prefix("whsec_").expect("whsec_");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &BASE64.decode(secret.as_bytes()).expect("base64"));
        let signed = format!("{}.{}.{}", self.id(), self.headers["webhook-timestamp"], self.body);
        let signatures = self.headers["webhook-signature"].split(' ');
        let good = signatures.filter(|signature| {
            let tag = signature.strip_prefix("v1,").expect("v1");
            let tag = BASE64.decode(tag.as_bytes()).expect("base64");
            hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
        });
        good.count()
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    answer: Arc<Mutex<Answer>>,
    sender: mpsc::UnboundedSender<Sent>,
) {
    let service = service_fn(|request: Request<Incoming>| {
        let (answer, sender) = (answer.lock().expect("sound").clone(), sender.clone());
        async move {
            let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
                (name.to_string(), value.to_str().expect("text").to_owned())
            };
            let headers = request.headers().iter().map(header).collect();
            let target = request.uri().to_string();
            let body = request.into_body().collect().await.expect("a body").to_bytes();
            let body = String::from_utf8(body.to_vec()).expect("text");
            // The test may have ended.
            let _ = sender.send(Sent { headers, target, body });
            let response = match answer {
                Answer::Status(status) => Response::builder().status(status),
                Answer::Redirect(to) => Response::builder().status(307).header("location", to),
                Answer::Nothing => std::future::pending().await,
            };
            Ok::<_, Infallible>(response.body(Full::new(Bytes::new())).expect("a response"))
        }
    });
    // Whoever calls closes when it has heard enough.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Longer than anything takes, however busy the machine is.
const FOREVER: Duration = Duration::from_secs(60);
