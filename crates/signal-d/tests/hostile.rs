//! What strangers try at the public port (the numbers are those of the project's list of attacks), and that others don't notice.

mod common;

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use common::{Answer, House, LOCALHOST, ORIGIN, PATIENCE, Text as _, invented_invite, join_by_invite, memory};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn case_34_a_frame_header_that_claims_2_to_62_bytes_is_too_big() {
    let house = House::new().await;
    let before = memory();

    for length in [1_u64 << 62, u64::MAX >> 1, 65_537] {
        let mut tls = upgraded(&house).await;
        let header = [&[0x81, 0xff], &length.to_be_bytes()[..], &[0; 4]].concat();
        tls.write_all(&header).await.expect("sent");
        assert_eq!(close_code(&mut tls).await, 1009, "{length}");
    }

    assert!(memory() < before + 8 * MIB);
}

#[tokio::test]
async fn case_35_64_mib_in_one_message_end_early() {
    let house = House::new().await;
    let before = memory();
    let mut tls = upgraded(&house).await;

    // Fragments of 32 KiB, of which the third is too much.
    let fragment = [&[0x01, 0xfe, 0x80, 0x00, 0, 0, 0, 0][..], &[b'a'; 32 * 1024]].concat();
    let mut sent = 0;
    let mut opcode = 0x01;
    while sent < 64 * MIB {
        let mut fragment = fragment.clone();
        fragment[0] = std::mem::take(&mut opcode);
        match tls.write_all(&fragment).await {
            Ok(()) => sent += fragment.len(),
            Err(_) => break,
        }
    }

    assert!(sent < 16 * MIB, "{sent} bytes were taken");
    assert!(memory() < before + 16 * MIB);
}

#[tokio::test]
async fn case_35_three_hundred_thousand_empty_fragments_end_early() {
    let house = House::new().await;
    let before = memory();
    let mut tls = upgraded(&house).await;

    let begin = Instant::now();
    tls.write_all(&[0x01, 0x80, 0, 0, 0, 0]).await.expect("sent");
    let thousand = [0x00, 0x80, 0, 0, 0, 0].repeat(1000);
    let mut sent = 0;
    while sent < 300 && tls.write_all(&thousand).await.is_ok() && tls.flush().await.is_ok() {
        sent += 1;
    }
    // The system's buffers may have taken them all; signal-d hasn't, nor did it wait for the join that is missing.
    let _ = timeout(PATIENCE, tls.read_to_end(&mut Vec::new()))
        .await
        .expect("an end");

    assert!(begin.elapsed() < Duration::from_secs(6), "{:?}", begin.elapsed());
    assert!(memory() < before + 8 * MIB);
}

#[tokio::test]
async fn case_35_three_hundred_thousand_pings_that_nobody_reads_end_early() {
    let house = House::new().await;
    for joins_first in [false, true] {
        let before = memory();
        let mut tls = upgraded(&house).await;
        if joins_first {
            let doctor = house.doctor().await;
            let visit = doctor.appointment(&house, 0, 1).await;
            let join = join_by_invite(visit.invite(), 1, 2).to_string();
            tls.write_all(&text_frame(join.as_bytes())).await.expect("sent");
        }
        let ping = [&[0x89, 0xfd, 0, 0, 0, 0][..], &[0; 125]].concat();
        let hundred = ping.repeat(100);
        let mut sent = 0;
        while sent < 3000 && tls.write_all(&hundred).await.is_ok() && tls.flush().await.is_ok() {
            sent += 1;
        }
        assert!(sent < 3000, "all were taken");
        assert!(memory() < before + 8 * MIB);
    }
}

#[tokio::test]
async fn case_36_pages_of_other_origins_get_nothing() {
    let house = House::new().await;
    let ask = async |origin: &str, path: &str| {
        let upgrade = "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
                       sec-websocket-protocol: visite.signal.v1\r\n";
        let origin = match origin {
            "" => String::new(),
            origin => format!("origin: {origin}\r\n"),
        };
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: video.example.org\r\nconnection: upgrade\r\n{upgrade}{origin}\r\n");
        let mut tls = house.tls(&["http/1.1"]).await;
        tls.write_all(head.as_bytes()).await.expect("sent");
        status(&mut tls).await
    };

    assert_eq!(ask(ORIGIN, "/signal").await, 101);
    assert_eq!(ask("", "/signal").await, 101, "a program");
    for foreign in [
        "null",
        "http://video.example.org",
        "https://video.example.org:8443",
        "https://video.example.org.evil.example",
        "https://xvideo.example.org",
        "https://VIDEO.example.org",
        "https://video.example.org/",
        "https://evil.example\r\norigin: https://video.example.org",
    ] {
        assert_eq!(ask(foreign, "/signal").await, 403, "{foreign}");
        assert_eq!(ask(foreign, "/api/v1/clock").await, 403, "{foreign}");
    }
}

/// Each dies within ten seconds, wherever it stops; and a good client is answered at once meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn case_38_whoever_stops_half_way_is_gone_in_ten_seconds() {
    let house = House::new().await;
    let begin = Instant::now();
    let gone = async |mut stream: common::Tls, what: &str| {
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect(what);
        assert!(begin.elapsed() < TEN_SECONDS, "{what}: {:?}", begin.elapsed());
    };
    let tcp = async {
        let mut stream = house.tcp(LOCALHOST).await;
        let ended = timeout(PATIENCE, stream.read_u8()).await.expect("half-open TCP");
        assert!(ended.is_err() && begin.elapsed() < TEN_SECONDS);
    };
    let half_tls = async {
        let mut stream = house.tcp(LOCALHOST).await;
        stream.write_all(&[0x16, 3, 1, 2, 0, 1, 0]).await.expect("sent");
        let _ = timeout(PATIENCE, stream.read_to_end(&mut Vec::new()))
            .await
            .expect("half-open TLS");
        assert!(begin.elapsed() < TEN_SECONDS);
    };
    let silent = |alpn: &'static str| {
        let house = &house;
        async move { gone(house.tls(&[alpn]).await, alpn).await }
    };
    let partial = |alpn: &'static str, bytes: &'static [u8]| {
        let house = &house;
        async move {
            let mut tls = house.tls(&[alpn]).await;
            tls.write_all(bytes).await.expect("sent");
            gone(tls, "partial").await;
        }
    };
    let slow_head = async {
        let mut tls = house.tls(&["http/1.1"]).await;
        tls.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n").await.expect("sent");
        while tls.write_all(b"x: y\r\n").await.is_ok() && tls.flush().await.is_ok() {
            assert!(begin.elapsed() < TEN_SECONDS, "slowloris");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let slow_body = async {
        let mut tls = house.tls(&["http/1.1"]).await;
        let head = "POST /api/v1/invite HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
        tls.write_all(head.as_bytes()).await.expect("sent");
        gone(tls, "slow body").await;
    };
    let silent_socket = async { gone(upgraded(&house).await, "no join").await };
    let half_frame = async {
        let mut tls = upgraded(&house).await;
        tls.write_all(&[0x81, 0x80 | 100]).await.expect("sent");
        gone(tls, "half a frame").await;
    };
    let good_client = async {
        let mut slowest = Duration::ZERO;
        while begin.elapsed() < TEN_SECONDS {
            let asked = Instant::now();
            assert_eq!(house.ask("GET", "/healthz", "").await.status, 200);
            slowest = slowest.max(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // 50 ms on a machine of its own; here compilers and browsers may run beside.
        assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    };

    tokio::join!(
        tcp,
        half_tls,
        silent("http/1.1"),
        silent("h2"),
        partial("http/1.1", b"GET / HT"),
        partial("h2", b"PRI * HTTP/2.0\r\n\r\nSM"),
        partial("h2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
        // The beginning of a head, and never its end.
        partial(
            "h2",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\x01\0\0\0\x01\x82"
        ),
        slow_head,
        slow_body,
        silent_socket,
        half_frame,
        good_client,
    );
}

#[tokio::test]
async fn whoever_stops_half_way_does_not_hold_the_end() {
    let mut house = House::new().await;
    let half_tcp = house.tcp(LOCALHOST).await;
    let mut half_tls = house.tcp(LOCALHOST).await;
    half_tls.write_all(&[0x16, 3, 1, 2, 0, 1, 0]).await.expect("sent");
    let silent = (house.tls(&["http/1.1"]).await, house.tls(&["h2"]).await);
    let no_join = upgraded(&house).await;
    let mut half_head = house.tls(&["http/1.1"]).await;
    half_head.write_all(b"GET / HTTP/1.1\r\n").await.expect("sent");

    let begin = Instant::now();
    house.end_signal().await;

    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    drop((half_tcp, half_tls, silent, no_join, half_head));
}

#[tokio::test]
async fn case_39_header_bombs_and_bytes_that_are_no_text_are_refused() {
    let house = House::new().await;
    let with = |header: &[u8]| {
        [
            b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n",
            header,
            b"\r\n\r\n",
        ]
        .concat()
    };
    let many: String = (0..150).map(|number| format!("x{number}: y\r\n")).collect();

    for (request, statuses) in [
        (with(format!("x: {}", "y".repeat(10_000)).as_bytes()), &[431][..]),
        (with(format!("x: {}", "y".repeat(200_000)).as_bytes()), &[431]),
        (with(many.as_bytes()), &[400, 431]),
        (with(b"x: a\rb"), &[400]),
        (with(b"x: a\0b"), &[400]),
        (with(b"x: \xff\xfe"), &[400]),
        (with(b"x\x80: y"), &[400]),
        (with(b"x : y"), &[400]),
        (with(b"content-length: 1\r\ncontent-length: 2"), &[400]),
        (with(b"transfer-encoding: xchunked"), &[400]),
        (
            b"GET /\xff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec(),
            &[400],
        ),
        (b"GET / HTTP/1.1\nhost: a\nconnection: close\n\0\n\n".to_vec(), &[400]),
        (b"\x16\x03\x01 nonsense\r\n\r\n".to_vec(), &[400]),
        (
            format!(
                "GET /{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
                "a".repeat(3000)
            )
            .into_bytes(),
            &[414],
        ),
    ] {
        let answer = house.raw(&request).await;
        let shown = String::from_utf8_lossy(&request[..request.len().min(80)]).into_owned();
        assert!(
            statuses.contains(&answer.status.as_u16()),
            "{shown:?}: {}",
            answer.status
        );
    }
    assert_eq!(house.ask("GET", "/", "").await.status, 200);
}

#[tokio::test]
async fn case_41_who_guesses_is_slowed_down_and_a_right_invite_from_elsewhere_is_not() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let (visit, cancelled) = (
        doctor.appointment(&house, 0, 1).await,
        doctor.appointment(&house, 0, 1).await,
    );
    let close = format!("/api/v1/rooms/{}/close", cancelled.room);
    doctor.call(&house, &close, json!({})).await.json();

    // Absent, cancelled, of another form: one answer to the letter.
    let absent = house.look_up(&invented_invite(0)).await;
    for invite in [cancelled.invite(), "", "x", &"y".repeat(5000)] {
        let answer = house.look_up(invite).await;
        assert_eq!(
            (answer.status, &answer.body),
            (absent.status, &absent.body),
            "{invite:.10}"
        );
    }
    assert_eq!(absent.refusal(), (404, "invite_invalid".to_owned()));

    let mut statuses = Vec::new();
    for number in 1..=40 {
        statuses.push(house.look_up(&invented_invite(number)).await.status.as_u16());
    }
    let first_slow = statuses
        .iter()
        .position(|status| *status == 429)
        .expect("is slowed down");
    assert!((20..=35).contains(&first_slow), "{statuses:?}");
    let slowed = house.look_up(visit.invite()).await;
    assert_eq!(slowed.refusal(), (429, "slow_down".to_owned()), "also with a right one");
    assert!(slowed.headers.contains_key("retry-after"));
    // All doors count together.
    let mut guest = house.browser().await;
    guest.join_by_invite(&invented_invite(1), 1, 2).await;
    let error = guest.hear_type("error").await;
    assert_eq!(error["code"], "slow_down");
    assert!(error["retry_after_ms"].as_u64().expect("a number") <= 2000);
    assert_eq!(guest.close_code().await, 4013);
    let enrol = json!({ "code": "x", "public_key": "", "name": "x" });
    assert_eq!(house.post("/api/v1/enrol", &enrol, None).await.status, 429);

    // Another network is none the worse.
    let mut guest = house.browser_from(ELSEWHERE).await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    guest.hear_type("joined").await;
}

#[tokio::test]
async fn case_42_who_floods_is_closed_and_the_other_room_does_not_notice() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let (loud, quiet) = (
        doctor.appointment(&house, 0, 1).await,
        doctor.appointment(&house, 0, 1).await,
    );
    let mut flooder = house.browser().await;
    flooder.join_by_invite(loud.invite(), 1, 2).await;
    flooder.hear_type("joined").await;
    let mut guest = house.browser().await;
    guest.join_by_invite(quiet.invite(), 3, 4).await;
    guest.hear_type("joined").await;

    let flood = async {
        for n in 1..=150 {
            let ping = json!({ "type": "ping", "n": n }).to_string();
            if flooder.0.send(Message::text(ping)).await.is_err() {
                break;
            }
        }
        loop {
            let message = flooder.hear().await;
            if message["type"] != "pong" {
                assert_eq!(message["code"], "flood");
                return flooder.close_code().await;
            }
        }
    };
    let talk = async {
        let mut slowest = Duration::ZERO;
        for n in 1..=20 {
            let asked = Instant::now();
            guest.say(json!({ "type": "ping", "n": n })).await;
            guest.hear_type("pong").await;
            slowest = slowest.max(asked.elapsed());
        }
        slowest
    };
    let (code, slowest) = tokio::join!(flood, talk);

    assert_eq!(code, 1008);
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

#[tokio::test]
async fn case_44_what_is_no_message_ends_the_connection() {
    let house = House::new().await;
    let deep = format!("{}1{}", r#"{"type":"#.repeat(6000), "}".repeat(6000));
    for text in [
        &"[".repeat(60_000),
        &deep,
        r#"{"type":"join","type":"join"}"#,
        r#"{"type":"join","invite":"\ud800"}"#,
        r#"{"type":"join","n":NaN}"#,
        r#"{"type":"leave"}"#,
        "",
    ] {
        let mut browser = house.browser().await;
        browser.0.send(Message::text(text.to_owned())).await.expect("sent");
        assert_eq!(browser.refusal().await, ("bad_message".to_owned(), 1008), "{text:.40}");
    }
    let mut browser = house.browser().await;
    browser.0.send(Message::binary(b"x".to_vec())).await.expect("sent");
    assert_eq!(browser.close_code().await, 1003);
    let mut tls = upgraded(&house).await;
    tls.write_all(&text_frame(b"\xff\xfe")).await.expect("sent");
    assert_eq!(close_code(&mut tls).await, 1007);

    // Over HTTP, also where the call takes too long or isn't there.
    assert_eq!(
        house.ask("POST", "/api/v1/absent", "").await.refusal(),
        (404, "not_found".to_owned())
    );
    assert_eq!(
        house.ask("GET", "/api/v1/invite", "").await.refusal(),
        (405, "method_not_allowed".to_owned())
    );
    let slow = "content-type: application/json\r\ncontent-length: 10\r\n";
    let slow = house.ask("POST", "/api/v1/invite", slow).await;
    assert_eq!(slow.refusal(), (503, "unavailable".to_owned()));
    assert!(slow.headers.contains_key("retry-after"));
    for body in [
        "{",
        "[]",
        r#"{"invite":"x","invite":"y"}"#,
        r#"{"invite":"x","more":1}"#,
        r#"{"invite":1}"#,
    ] {
        let answer = post_text(&house, body).await;
        assert_eq!(answer.refusal(), (400, "bad_request".to_owned()), "{body}");
    }
    assert_eq!(post_text(&house, &"[".repeat(16_000)).await.status, 400);
    assert_eq!(post_text(&house, &format!("{:>20000}", "{}")).await.status, 413);
    for numbers in [
        json!({ "starts_at": u64::MAX, "duration_ms": u64::MAX, "invites": [{ "seat": 1 }] }),
        json!({ "starts_at": 0, "duration_ms": 0, "invites": [{ "seat": u32::MAX }] }),
        json!({ "starts_at": 1_u64 << 53, "duration_ms": 600_000, "early_ms": u64::MAX, "invites": [] }),
    ] {
        let doctor = house.doctor().await;
        let answer = doctor.call(&house, "/api/v1/rooms", numbers).await;
        assert_eq!(answer.refusal(), (400, "invalid_argument".to_owned()));
        assert!(answer.body.contains("\"field\""), "{}", answer.body);
    }
}

#[tokio::test]
async fn case_45_what_a_client_says_about_where_it_comes_from_is_not_believed() {
    let house = House::new().await;
    for number in 0..40 {
        let body = json!({ "invite": invented_invite(number) }).to_string();
        let request = format!(
            "POST /api/v1/invite HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n\
             x-forwarded-for: 198.51.{number}.1\r\nforwarded: for=203.0.{number}.1\r\nx-real-ip: 203.{number}.1.1\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = house.raw(request.as_bytes()).await;
        assert!(number < 31 || answer.status == 429, "{number}: {}", answer.status);
    }

    let mut stream = house.tcp(LOCALHOST).await;
    stream
        .write_all(b"PROXY TCP4 203.0.113.1 203.0.113.2 1 443\r\n")
        .await
        .expect("sent");
    let ended = timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "that is no TLS");
}

#[tokio::test]
async fn case_46_every_answer_has_the_same_strict_headers() {
    let mut house = House::new().await;
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    let long = format!("x: {}\r\n", "y".repeat(10_000));
    let large = format!(
        "content-type: application/json\r\ncontent-length: 20000\r\n\r\n{:20000}",
        ""
    );
    let reference = house.ask("GET", "/", "").await;
    assert_eq!(reference.status, 200);
    for (name, value) in [
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reference.headers[name], value);
    }
    let policy = reference.headers["content-security-policy"].to_str().expect("text");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("trusted-types 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe") && policy.ends_with("connect-src 'self' wss://video.example.org"),
        "{policy}"
    );

    let mut seen = Vec::new();
    for (status, method, path, extra) in [
        (200, "GET", "/practice", ""),
        (200, "GET", "/v/AAAAAAAAAAAAAAAAAAAAAA", ""),
        (200, "HEAD", "/", ""),
        (200, "GET", "/healthz", ""),
        (200, "GET", "/readyz", ""),
        (200, "GET", "/api/v1/clock", ""),
        (304, "GET", "/", "IF-NONE-MATCH"),
        (404, "GET", "/absent", ""),
        (404, "GET", "/%2e%2e/server.key", ""),
        (404, "GET", "/../server.key", ""),
        (404, "POST", "/api/v1/absent", ""),
        (405, "GET", "/api/v1/invite", ""),
        (405, "PUT", "/", ""),
        (405, "POST", "/signal", ""),
        (415, "POST", "/api/v1/invite", "content-length: 0\r\n"),
        (
            401,
            "POST",
            "/api/v1/rooms/list",
            "content-type: application/json\r\ncontent-length: 23\r\n\r\n{\"from\":0,\"until\":1   }",
        ),
        (413, "POST", "/api/v1/invite", &large),
        (403, "GET", "/", "origin: https://evil.example\r\n"),
        (431, "GET", "/", &long),
        (400, "GET", "/signal", ""),
        (400, "GET", "/signal", upgrade),
    ] {
        let extra = match extra {
            "IF-NONE-MATCH" => format!(
                "if-none-match: {}\r\n",
                reference.headers["etag"].to_str().expect("text")
            ),
            extra => extra.to_owned(),
        };
        let answer = if extra.starts_with("connection") {
            let head = format!("{method} {path} HTTP/1.1\r\nhost: a\r\n{extra}\r\n");
            let mut tls = house.tls(&["http/1.1"]).await;
            tls.write_all(head.as_bytes()).await.expect("sent");
            Answer::read_head(&mut tls).await
        } else {
            house.ask(method, path, &extra).await
        };
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        seen.push((format!("{method} {path} {status}"), answer));
    }
    house.end_session().await;
    seen.push(("503".to_owned(), house.look_up("x").await));
    assert_eq!(seen.last().expect("one").1.status, 503);

    for (what, answer) in seen {
        for name in STRICT {
            let all: Vec<_> = answer.headers.get_all(name).iter().collect();
            assert_eq!(all, [&reference.headers[name]], "{name} of {what}");
        }
        assert!(
            !answer.headers.contains_key("set-cookie") && !answer.headers.contains_key("server"),
            "{what}"
        );
    }
}

#[tokio::test]
async fn streams_opened_and_reset_by_the_thousand_end_the_connection() {
    let house = House::new().await;
    let mut tls = house.tls(&["h2"]).await;
    tls.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await
        .expect("sent");

    // HEADERS (GET https://a/) and RST_STREAM (CANCEL), over and over.
    let mut sent = 0_u32;
    for number in 0..200_000_u32 {
        let stream = (2 * number + 1).to_be_bytes();
        let head = [&[0, 0, 6, 1, 5][..], &stream, &[0x82, 0x87, 0x84, 0x41, 0x01, b'a']].concat();
        let reset = [&[0, 0, 4, 3, 0][..], &stream, &[0, 0, 0, 8]].concat();
        if tls.write_all(&[head, reset].concat()).await.is_err() || tls.flush().await.is_err() {
            break;
        }
        sent += 1;
    }

    assert!(sent < 200_000, "all were taken");
    assert_eq!(house.ask("GET", "/healthz", "").await.status, 200);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_and_costs_little() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut deaf = house.browser().await;
    deaf.join_by_invite(visit.invite(), 1, 2).await;
    deaf.hear_type("joined").await;
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    let before = memory();

    // It neither reads nor acknowledges: what waits has its limit, and then it is the sender who hears of it.
    let data = "A".repeat(40_000);
    let mut refused = None;
    for seq in 1..=64 {
        let sealed = json!({ "type": "sealed", "to": 1, "seq": seq, "data": data }).to_string();
        if practice.0.send(Message::text(sealed)).await.is_err() {
            break;
        }
    }
    while let Ok(Some(Ok(message))) = timeout(PATIENCE, practice.0.next()).await {
        if let Message::Text(text) = &message
            && text.contains("\"error\"")
        {
            let error: serde_json::Value = serde_json::from_str(text).expect("JSON");
            refused = Some(error["code"].text());
        }
    }

    assert_eq!(refused.as_deref(), Some("too_much"));
    assert!(memory() < before + 16 * MIB);
    drop(deaf);
}

/// A WebSocket whose frames are written by hand, before its join.
async fn upgraded(house: &House) -> common::Tls {
    let mut tls = house.tls(&["http/1.1"]).await;
    let head = "GET /signal HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: visite.signal.v1\r\n\r\n";
    tls.write_all(head.as_bytes()).await.expect("sent");
    assert_eq!(status(&mut tls).await, 101);
    tls
}

async fn status(tls: &mut common::Tls) -> u16 {
    Answer::read_head(tls).await.status.as_u16()
}

/// Of the close frame, past all others.
async fn close_code(tls: &mut common::Tls) -> u16 {
    loop {
        let head = timeout(PATIENCE, tls.read_u16()).await.expect("it is closed");
        let [opcode, length] = head.expect("a frame").to_be_bytes();
        let length = match length {
            126 => usize::from(tls.read_u16().await.expect("a length")),
            length => usize::from(length),
        };
        let mut payload = vec![0; length];
        tls.read_exact(&mut payload).await.expect("a payload");
        if opcode == 0x88 {
            return u16::from_be_bytes([payload[0], payload[1]]);
        }
    }
}

fn text_frame(text: &[u8]) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("short");
    assert!(length < 126 || text.len() < 65_536);
    if length < 126 {
        [&[0x81, 0x80 | length, 0, 0, 0, 0], text].concat()
    } else {
        [&[0x81, 0xfe, 0, length, 0, 0, 0, 0], text].concat()
    }
}

async fn post_text(house: &House, body: &str) -> Answer {
    let length = body.len();
    let head = format!(
        "POST /api/v1/invite HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    house.raw([head.as_bytes(), body.as_bytes()].concat().as_slice()).await
}

const STRICT: [&str; 10] = [
    "strict-transport-security",
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "x-robots-tag",
];
/// Of another /24 than where all others come from, and of this machine all the same.
const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 1, 1, 1));
const TEN_SECONDS: Duration = Duration::from_secs(10);
const MIB: usize = 1024 * 1024;
