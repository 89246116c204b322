//! Port 80: the authority's question (RFC 8555 section 8.3), and the way to HTTPS for everybody else.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http::{
    Request, Response, StatusCode,
    header::{HOST, LOCATION},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

use super::Challenges;

pub(super) async fn serve(listener: TcpListener, challenges: Challenges, names: Vec<String>) {
    let (names, places) = (Arc::new(names), Arc::new(Semaphore::new(MOST_CONNECTIONS)));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, mostly: wait for some to come back.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        // Without a place it is closed at once.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            continue;
        };
        let (challenges, names) = (challenges.clone(), Arc::clone(&names));
        tokio::spawn(async move {
            let _ = timeout(PATIENCE, connection(stream, challenges, names)).await;
            drop(place);
        });
    }
}

async fn connection(stream: TcpStream, challenges: Challenges, names: Arc<Vec<String>>) {
    let service = service_fn(|request: Request<Incoming>| {
        let answer = answer(&request, &challenges, &names);
        async move { Ok::<_, Infallible>(answer) }
    });
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .keep_alive(false)
        .max_buf_size(LONGEST_HEAD);
    // Whatever went wrong, the connection is over.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

fn answer<B>(request: &Request<B>, challenges: &Challenges, names: &[String]) -> Response<String> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let plain = |status, text: String| {
        let mut response = Response::new(text);
        *response.status_mut() = status;
        response
    };
    if let Some(token) = path.strip_prefix("/.well-known/acme-challenge/") {
        return match challenges.http(token) {
            Some(text) => plain(StatusCode::OK, text),
            None => plain(StatusCode::NOT_FOUND, String::new()),
        };
    }
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = host.map(|host| host.split_once(':').map_or(host, |(host, _)| host));
    // Only to ourselves is anybody led.
    let own = names.iter().find(|name| Some(name.as_str()) == host);
    let location = own.and_then(|name| format!("https://{name}{path}").parse().ok());
    match location {
        Some(location) => {
            let mut response = plain(StatusCode::PERMANENT_REDIRECT, String::new());
            response.headers_mut().insert(LOCATION, location);
            response
        }
        None => plain(StatusCode::NOT_FOUND, String::new()),
    }
}

const MOST_CONNECTIONS: usize = 256;
const PATIENCE: Duration = Duration::from_secs(8);
/// Bytes: hyper's least.
const LONGEST_HEAD: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_answered_and_others_are_led_to_https_at_our_own_names() {
        let challenges = Challenges::default();
        challenges.answer_http("token".to_owned(), "token.thumbprint".to_owned());
        let ask = |host: &str, path: &str| {
            let request = Request::builder()
                .uri(path)
                .header(HOST, host)
                .body(())
                .expect("a request");
            let answer = answer(&request, &challenges, &["video.example.org".to_owned()]);
            let location = answer
                .headers()
                .get(LOCATION)
                .map(|it| it.to_str().expect("text").to_owned());
            (answer.status().as_u16(), location, answer.into_body())
        };

        let known = ask("192.0.2.1", "/.well-known/acme-challenge/token");
        assert_eq!(known, (200, None, "token.thumbprint".to_owned()));
        assert_eq!(ask("video.example.org", "/.well-known/acme-challenge/other").0, 404);
        let led = ask("video.example.org:80", "/v/invite?a=b");
        assert_eq!(led.1.as_deref(), Some("https://video.example.org/v/invite?a=b"));
        assert_eq!(led.0, 308);
        assert_eq!(ask("evil.example", "/"), (404, None, String::new()));
    }
}
