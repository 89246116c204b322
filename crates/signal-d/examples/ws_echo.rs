//! An echo with signal-d's own WebSocket settings, for conformance suites (Autobahn groups 1 to 7 and 10): `ws_echo 127.0.0.1:9001`.

#![expect(clippy::print_stdout, reason = "tells where it listens")]

use axum::{
    Router,
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    routing::any,
};
use signal_d::frames::{self, End, Frame};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("ws://{}", listener.local_addr()?);
    axum::serve(listener, router()).await
}

/// Every path is an echo.
pub(crate) fn router() -> Router {
    let upgrade = async |upgrade: WebSocketUpgrade| frames::configure(upgrade).on_upgrade(echo);
    Router::new().fallback(any(upgrade))
}

async fn echo(mut socket: WebSocket) {
    let end = loop {
        let answer = match frames::read(&mut socket).await {
            Ok(Frame::Control) => continue,
            Ok(Frame::Text(text)) => Message::Text(text.into()),
            Ok(Frame::Binary(bytes)) => Message::Binary(bytes.into()),
            Err(end) => break end,
        };
        if let Err(end) = frames::send(&mut socket, answer).await {
            break end;
        }
    };
    if let End::Fault(code) = end {
        frames::close(socket, code, "").await;
    }
}
