//! Who speaks HTTP and JSON with a session-d; and a bridge for gRPC clients, by which a test of theirs is one of HTTP and JSON, too.

use std::{convert::Infallible, path::PathBuf, sync::Arc};

use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::{
    HeaderMap, Method, Request, Response,
    body::{Bytes, Frame, Incoming},
    client::conn::http1,
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use rustls::{ClientConfig, pki_types::ServerName};
use serde_json::Value;
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio_rustls::TlsConnector;
use tonic::transport::Channel;

/// Where a session-d is, and as whom it is reached.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    Unix(PathBuf),
    Tls(u16, Arc<ClientConfig>),
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

impl Way {
    /// Asks, and gives the answer whose body is still to be read.
    pub(crate) async fn begin(&self, request: Request<Full<Bytes>>) -> Response<Incoming> {
        match self {
            Self::Unix(path) => ask(UnixStream::connect(path).await.expect("connects"), request).await,
            Self::Tls(port, config) => {
                let stream = TcpStream::connect(("127.0.0.1", *port)).await.expect("connects");
                let name = ServerName::try_from("localhost").expect("a name");
                let stream = TlsConnector::from(Arc::clone(config)).connect(name, stream).await;
                ask(stream.expect("a handshake"), request).await
            }
        }
    }

    pub(crate) async fn ask(&self, request: Request<Full<Bytes>>) -> Answer {
        let (parts, body) = self.begin(request).await.into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.collect().await.expect("a body").to_bytes(),
        }
    }

    /// A gRPC channel whose calls are made over HTTP and JSON.
    pub(crate) async fn bridge(self, dir: &std::path::Path, name: &str) -> Channel {
        let path = dir.join(format!("{name}.bridge"));
        let listener = UnixListener::bind(&path).expect("binds");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let way = self.clone();
                let service = service_fn(move |request| {
                    let way = way.clone();
                    async move { Ok::<_, Infallible>(way.translate(request).await) }
                });
                let serving = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service);
                tokio::spawn(serving);
            }
        });
        super::connect(&path).await.expect("connects")
    }

    async fn translate(&self, request: Request<Incoming>) -> Response<StreamBody<Frames>> {
        let method = method(request.uri().path());
        let credentials: Vec<_> = request.headers().get_all("authorization").iter().cloned().collect();
        let frame = request.into_body().collect().await.expect("a message").to_bytes();
        let message = DynamicMessage::decode(method.input(), &frame[5..]).expect("a message");
        let (verb, target, body) = as_http(&method, &message);
        let mut request = Request::builder().method(verb).uri(target).header("host", "localhost");
        for credential in credentials {
            request = request.header("authorization", credential);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        let mut answer = self.begin(request).await;
        if method.is_server_streaming() && answer.status() == 200 {
            // What it begins with is enough for whoever wants to know whether it begins.
            let line = answer
                .frame()
                .await
                .expect("a line")
                .expect("whole")
                .into_data()
                .expect("data");
            return good(&method, &line);
        }
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        if status == 200 {
            good(&method, &body)
        } else {
            bad(status, &body)
        }
    }
}

type Frames = tokio_stream::Iter<std::vec::IntoIter<Result<Frame<Bytes>, Infallible>>>;

fn good(method: &MethodDescriptor, json: &[u8]) -> Response<StreamBody<Frames>> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let message = DynamicMessage::deserialize(method.output(), &mut json).expect("a message");
    let message = message.encode_to_vec();
    let length = u32::try_from(message.len()).expect("fits").to_be_bytes();
    let frame = [&[0], &length[..], &message].concat();
    let trailers = HeaderMap::from_iter([("grpc-status".parse().expect("a name"), "0".parse().expect("a value"))]);
    respond(vec![Ok(Frame::data(frame.into())), Ok(Frame::trailers(trailers))])
}

/// As `google.rpc.Status` in JSON says, whose code has to fit the status.
fn bad(status: u16, json: &[u8]) -> Response<StreamBody<Frames>> {
    let said: Value = serde_json::from_slice(json).unwrap_or_else(|_| panic!("{status}: {json:?}"));
    let code = said["code"].as_u64().expect("a code");
    let expected: &[u64] = match status {
        400 => &[3, 9, 11],
        401 => &[16],
        403 => &[7],
        404 => &[5],
        409 => &[6, 10],
        429 => &[8],
        503 => &[14],
        _ => panic!("{status}: {said}"),
    };
    assert!(expected.contains(&code), "{status}: {said}");
    let message = percent(said["message"].as_str().expect("a message"));
    let mut response = respond(Vec::new());
    for (name, value) in [("grpc-status", code.to_string()), ("grpc-message", message)] {
        response.headers_mut().insert(name, value.parse().expect("a value"));
    }
    response
}

fn respond(frames: Vec<Result<Frame<Bytes>, Infallible>>) -> Response<StreamBody<Frames>> {
    let body = StreamBody::new(tokio_stream::iter(frames));
    let response = Response::builder()
        .header("content-type", "application/grpc")
        .body(body);
    response.expect("a response")
}

/// As gRPC has it in its headers.
fn percent(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' '..=b'~' if byte != b'%' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn method(path: &str) -> MethodDescriptor {
    let pool = DescriptorPool::decode(api::FILE_DESCRIPTOR_SET).expect("descriptors");
    let (service, method) = path.trim_start_matches('/').split_once('/').expect("a path");
    let service = pool.get_service_by_name(service).expect("a service");
    service
        .methods()
        .find(|other| other.name() == method)
        .expect("a method")
}

/// Verb, target and body of a call, by its `google.api.http`.
fn as_http(method: &MethodDescriptor, message: &DynamicMessage) -> (Method, String, Vec<u8>) {
    let pool = method.parent_pool();
    let extension = pool.get_extension_by_name("google.api.http").expect("is imported");
    let options = method.options();
    let rule = options.get_extension(&extension);
    let rule = rule.as_message().expect("a rule");
    let text = |name: &str| {
        rule.get_field_by_name(name)
            .expect("a field")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (verb, mut target) = ["GET", "PUT", "POST", "DELETE", "PATCH"]
        .into_iter()
        .map(|verb| (verb, text(&verb.to_lowercase())))
        .find(|(_, path)| !path.is_empty())
        .expect("a pattern");
    let mut said = serde_json::to_value(message).expect("JSON");
    while let Some((start, rest)) = target.split_once('{') {
        let (field, end) = rest.split_once('}').expect("closed");
        let pointer = format!("/{}", field.replace('.', "/"));
        let value = said
            .pointer(&pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if !field.contains('.') {
            said.as_object_mut().expect("an object").remove(field);
        }
        target = format!("{start}{value}{end}");
    }
    let body = match text("body").as_str() {
        "" => Vec::new(),
        "*" => return (verb.parse().expect("a verb"), target, said.to_string().into_bytes()),
        field => {
            let body = said.as_object_mut().expect("an object").remove(field);
            body.expect("a body").to_string().into_bytes()
        }
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in said.as_object().expect("an object") {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        query.append_pair(name, &text);
    }
    (
        verb.parse().expect("a verb"),
        format!("{target}?{}", query.finish()),
        body,
    )
}

async fn ask<S>(stream: S, request: Request<Full<Bytes>>) -> Response<Incoming>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    // It ends with the answer.
    tokio::spawn(connection);
    sender.send_request(request).await.expect("an answer")
}
