//! Case 33: the WebSocket as RFC 6455 has it, by what the Autobahn suite tries in its groups 1 to 7 and 10, against `examples/ws_echo`: signal-d's own settings with
//! an echo behind them. The suite itself needs Python 2.

#[path = "../examples/ws_echo.rs"]
#[allow(dead_code, reason = "its main is for people")]
mod ws_echo;

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

#[tokio::test]
async fn case_33_group_1_text_and_binary_of_every_length_come_back() {
    let mut peer = Peer::new().await;
    for length in [0, 1, 125, 126, 127, 128, 65_535, 65_536] {
        for opcode in [TEXT, BINARY] {
            let payload = vec![b'*'; length];
            peer.send(FIN | opcode, &payload).await;
            assert_eq!(peer.frame().await, (FIN | opcode, payload), "{length}");
        }
    }
}

#[tokio::test]
async fn case_33_group_2_pings_are_answered_with_what_they_carry() {
    let mut peer = Peer::new().await;
    for payload in [&b""[..], b"Hello, world!", &[0x00, 0xff, 0xfe, 0xfd], &[0xfe; 125]] {
        peer.send(FIN | PING, payload).await;
        assert_eq!(peer.frame().await, (FIN | PONG, payload.to_vec()));
    }
    // A pong that nobody asked for is passed over.
    peer.send(FIN | PONG, b"unsolicited").await;
    peer.send(FIN | PING, b"asked").await;
    assert_eq!(peer.frame().await, (FIN | PONG, b"asked".to_vec()));
    for number in 0..10_u8 {
        peer.send(FIN | PING, &[number]).await;
        assert_eq!(peer.frame().await, (FIN | PONG, vec![number]));
    }
    peer.send(FIN | PING, &[0xfe; 126]).await;
    assert_eq!(peer.closed().await, Some(1002));
}

#[tokio::test]
async fn case_33_group_3_reserved_bits_end_the_connection() {
    for bits in [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70] {
        for opcode in [TEXT, BINARY, PING, PONG, CLOSE] {
            let mut peer = Peer::new().await;
            peer.send(FIN | TEXT, b"before").await;
            assert_eq!(peer.frame().await, (FIN | TEXT, b"before".to_vec()));
            peer.send(FIN | bits | opcode, b"").await;
            assert_eq!(peer.closed().await, Some(1002), "{bits:#x} {opcode:#x}");
        }
    }
}

#[tokio::test]
async fn case_33_group_4_reserved_opcodes_end_the_connection() {
    for opcode in (3..=7).chain(11..=15) {
        for payload in [&b""[..], b"reserved"] {
            let mut peer = Peer::new().await;
            peer.send(FIN | opcode, payload).await;
            assert_eq!(peer.closed().await, Some(1002), "{opcode:#x}");
        }
    }
}

#[tokio::test]
async fn case_33_group_5_fragments_are_put_together_and_control_frames_come_between() {
    for opcode in [TEXT, BINARY] {
        let mut peer = Peer::new().await;
        peer.send(opcode, b"frag").await;
        peer.send(FIN | PING, b"between").await;
        assert_eq!(peer.frame().await, (FIN | PONG, b"between".to_vec()));
        peer.send(CONTINUATION, b"").await;
        peer.send(CONTINUATION, b"men").await;
        peer.send(FIN | PONG, b"passed over").await;
        peer.send(FIN | CONTINUATION, b"ts").await;
        assert_eq!(peer.frame().await, (FIN | opcode, b"fragments".to_vec()));

        // Byte by byte on the line.
        peer.send_chopped(FIN | opcode, b"chopped").await;
        assert_eq!(peer.frame().await, (FIN | opcode, b"chopped".to_vec()));
    }
    let wrong: [&[(u8, &[u8])]; 6] = [
        &[(PING, b"a fragmented control frame")],
        &[(PONG, b"as well")],
        &[(CLOSE, b"")],
        &[(FIN | CONTINUATION, b"of nothing")],
        &[(TEXT, b"begun"), (FIN | TEXT, b"and begun again")],
        &[
            (TEXT, b"a"),
            (FIN | CONTINUATION, b"b"),
            (CONTINUATION, b"of what is over"),
        ],
    ];
    for frames in wrong {
        let mut peer = Peer::new().await;
        for (head, payload) in frames {
            peer.send(*head, payload).await;
        }
        let code = match peer.read().await {
            Heard::Frame(head, _) if head == FIN | TEXT => peer.closed().await,
            heard => heard.close_code(),
        };
        assert_eq!(code, Some(1002), "{frames:?}");
    }
}

#[tokio::test]
async fn case_33_group_6_text_is_utf_8_however_it_is_cut() {
    let good = [
        "Hello-µ@ßöäüàá-UTF-8!!",
        "κόσμε",
        "\u{0}\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}",
        "\u{d7ff}\u{e000}\u{fffd}\u{fffe}\u{ffff}",
    ];
    for text in good {
        let mut peer = Peer::new().await;
        peer.send(FIN | TEXT, text.as_bytes()).await;
        assert_eq!(peer.frame().await, (FIN | TEXT, text.as_bytes().to_vec()));
        // A character may be cut between two fragments.
        peer.send(TEXT, b"").await;
        for byte in text.as_bytes() {
            peer.send(CONTINUATION, &[*byte]).await;
        }
        peer.send(FIN | CONTINUATION, b"").await;
        assert_eq!(peer.frame().await, (FIN | TEXT, text.as_bytes().to_vec()));
    }
    let bad: [&[u8]; 14] = [
        b"\x80",
        b"\xbf",
        b"\xfe",
        b"\xff",
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xc1\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xed\xa0\x80",
        b"\xed\xaf\xbf\xed\xbf\xbf",
        b"\xce",
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited",
    ];
    for bytes in bad {
        let mut peer = Peer::new().await;
        peer.send(FIN | TEXT, bytes).await;
        assert_eq!(peer.closed().await, Some(1007), "{bytes:x?}");
        let mut peer = Peer::new().await;
        peer.send(TEXT, b"good, and then ").await;
        peer.send(FIN | CONTINUATION, bytes).await;
        assert_eq!(peer.closed().await, Some(1007), "{bytes:x?} in a fragment");
    }
}

#[tokio::test]
async fn case_33_group_6_what_is_no_text_any_more_is_refused_before_its_end() {
    let mut peer = Peer::new().await;
    peer.send(TEXT, b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5").await;
    peer.send(CONTINUATION, b"\xf4\x90\x80\x80").await;

    // The message has no end yet, and doesn't need one.
    assert_eq!(peer.closed().await, Some(1007));
}

#[tokio::test]
async fn case_33_group_7_closing_has_its_codes() {
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ] {
        let mut peer = Peer::new().await;
        peer.send(FIN | CLOSE, &close(code, "")).await;
        assert_eq!(peer.closed().await, Some(code));
    }
    let mut peer = Peer::new().await;
    peer.send(FIN | CLOSE, b"").await;
    assert_eq!(peer.closed().await, None, "no code for no code");
    let mut peer = Peer::new().await;
    peer.send(FIN | CLOSE, &close(1000, &"x".repeat(123))).await;
    assert_eq!(peer.closed().await, Some(1000));

    // What follows a close is for nobody.
    let mut peer = Peer::new().await;
    peer.send(FIN | CLOSE, &close(1000, "")).await;
    peer.send(FIN | TEXT, b"late").await;
    assert_eq!(peer.closed().await, Some(1000));

    let wrong = [
        vec![0x03],
        close(1000, &"x".repeat(124)),
        close(0, ""),
        close(999, ""),
        close(1004, ""),
        close(1005, ""),
        close(1006, ""),
        close(1016, ""),
        close(1100, ""),
        close(2000, ""),
        close(2999, ""),
        close(5000, ""),
        close(65_535, ""),
    ];
    for payload in wrong {
        let mut peer = Peer::new().await;
        peer.send(FIN | CLOSE, &payload).await;
        assert_eq!(peer.closed().await, Some(1002), "{payload:x?}");
    }
    let mut peer = Peer::new().await;
    peer.send(FIN | CLOSE, &[&close(1000, "")[..], b"\xff"].concat()).await;
    assert_eq!(peer.closed().await, Some(1007), "a reason that is no text");
}

#[tokio::test]
async fn case_33_group_10_a_long_text_in_small_fragments() {
    let mut peer = Peer::new().await;
    let payload = vec![b'*'; 65_536];
    let chunks: Vec<_> = payload.chunks(1300).collect();
    for (at, chunk) in chunks.iter().enumerate() {
        let head = if at == 0 { TEXT } else { CONTINUATION };
        let fin = if at + 1 == chunks.len() { FIN } else { 0 };
        peer.send(fin | head, chunk).await;
    }
    assert_eq!(peer.frame().await, (FIN | TEXT, payload));

    peer.send(TEXT, &[b'*'; 65_536]).await;
    peer.send(FIN | CONTINUATION, b"*").await;
    assert_eq!(peer.closed().await, Some(1009));
}

#[tokio::test]
async fn case_33_a_client_masks_what_it_sends() {
    let mut peer = Peer::new().await;
    peer.stream.write_all(b"\x81\x05plain").await.expect("sent");
    assert_eq!(peer.closed().await, Some(1002));
}

/// A client that writes its frames itself, rightly or wrongly.
struct Peer {
    stream: TcpStream,
}

#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Frame(u8, Vec<u8>),
    End,
}

impl Heard {
    fn close_code(&self) -> Option<u16> {
        match self {
            Self::Frame(head, payload) if *head == FIN | CLOSE => {
                payload.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]]))
            }
            heard => panic!("no close: {heard:?}"),
        }
    }
}

impl Peer {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        tokio::spawn(async { axum::serve(listener, ws_echo::router()).await });
        let mut stream = TcpStream::connect(addr).await.expect("connects");
        stream.set_nodelay(true).expect("no delay");
        let upgrade = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(upgrade.as_bytes()).await.expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("an answer"));
        }
        let head = String::from_utf8(head).expect("text");
        assert!(
            head.starts_with("HTTP/1.1 101") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            "{head}"
        );
        Self { stream }
    }

    async fn send(&mut self, head: u8, payload: &[u8]) {
        // What ended early may not take all of it.
        let _ = self.stream.write_all(&masked(head, payload)).await;
    }

    async fn send_chopped(&mut self, head: u8, payload: &[u8]) {
        for byte in masked(head, payload) {
            self.stream.write_all(&[byte]).await.expect("sent");
            self.stream.flush().await.expect("flushed");
        }
    }

    async fn read(&mut self) -> Heard {
        timeout(PATIENCE, async {
            let Ok(head) = self.stream.read_u8().await else {
                return Heard::End;
            };
            let length = match self.stream.read_u8().await.expect("a length") {
                126 => usize::from(self.stream.read_u16().await.expect("a length")),
                127 => usize::try_from(self.stream.read_u64().await.expect("a length")).expect("fits"),
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            self.stream.read_exact(&mut payload).await.expect("a payload");
            Heard::Frame(head, payload)
        })
        .await
        .expect("something is heard")
    }

    async fn frame(&mut self) -> (u8, Vec<u8>) {
        match self.read().await {
            Heard::Frame(head, payload) => (head, payload),
            Heard::End => panic!("it has ended"),
        }
    }

    /// The code of the close frame, which is the last thing heard.
    async fn closed(&mut self) -> Option<u16> {
        let code = self.read().await.close_code();
        self.send(FIN | CLOSE, &close(code.unwrap_or(1000), "")).await;
        assert_eq!(self.read().await, Heard::End);
        code
    }
}

fn masked(head: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![head];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length), _) if length < 126 => frame.push(0x80 | length),
        (_, Ok(length)) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn close(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes(), reason.as_bytes()].concat()
}

const FIN: u8 = 0x80;
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const PATIENCE: Duration = Duration::from_secs(10);
