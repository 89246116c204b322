//! A WebSocket as signal-d reads it: every limit, and every close code. `examples/ws_echo` is the same with an echo behind it, for conformance suites.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use room::wire::MAX_FRAME;
use tokio::time::timeout;
use tungstenite::error::{CapacityError, Error as WebSocketError, ProtocolError};

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// Text, valid UTF-8.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// A ping or a pong of the WebSocket itself, which is answered already.
    Control,
}

/// Why nothing more comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The other side has closed, or is gone.
    Closed,
    /// The other side broke a rule: close with this code.
    Fault(u16),
}

/// Sets the limits. Buffers are small since most connections are idle.
pub fn configure(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(2 * 1024 * 1024)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .accept_unmasked_frames(false)
}

/// The next frame.
///
/// # Errors
/// When there is none: see [`End`].
pub async fn read(socket: &mut WebSocket) -> Result<Frame, End> {
    match socket.recv().await {
        None => Err(End::Closed),
        Some(Ok(Message::Close(_))) => {
            see_off(socket).await;
            Err(End::Closed)
        }
        Some(Ok(Message::Text(text))) => Ok(Frame::Text(text.as_str().to_owned())),
        Some(Ok(Message::Binary(bytes))) => Ok(Frame::Binary(bytes.to_vec())),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Frame::Control),
        Some(Err(error)) => Err(end_of(&error)),
    }
}

/// Sends a message. Who doesn't read for a while is given up.
///
/// # Errors
/// [`End::Closed`] when the other side can't be reached.
pub async fn send(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    match timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Closed),
    }
}

/// Says why, and ends the connection.
pub async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    if send(&mut socket, Message::Close(Some(frame))).await.is_ok() {
        see_off(&mut socket).await;
    }
}

/// After one side has said its farewell: sends ours if it is still to be sent, and waits until the other side has read it.
async fn see_off(socket: &mut WebSocket) {
    let _ = timeout(FAREWELL, async {
        while socket.recv().await.is_some_and(|frame| frame.is_ok()) {}
    })
    .await;
}

fn end_of(error: &axum::Error) -> End {
    use std::error::Error as _;
    let source = error.source().and_then(|source| source.downcast_ref());
    match source {
        Some(WebSocketError::Capacity(CapacityError::MessageTooLong { .. })) => End::Fault(1009),
        Some(WebSocketError::Utf8(_)) => End::Fault(1007),
        Some(WebSocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => End::Closed,
        Some(WebSocketError::Protocol(_)) => End::Fault(1002),
        _ => End::Closed,
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
const FAREWELL: Duration = Duration::from_secs(1);
