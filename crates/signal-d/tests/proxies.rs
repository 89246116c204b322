//! Behind proxies: the limits are those of whom the proxy was asked by, and nobody but the proxies is believed.

mod common;

use std::net::{IpAddr, Ipv4Addr};

use common::{Answer, House, LOCALHOST, invented_invite};
use serde_json::json;
use signal_d::ToldBy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::test]
async fn the_limits_are_those_of_whom_a_proxy_was_asked_by() {
    let house = House::behind(&[LOCALHOST], ToldBy::XForwardedFor).await;
    let guess = async |client: &str, number| {
        // What the client itself has put there is not believed.
        let header = format!("x-forwarded-for: 198.51.100.{number}, {client}\r\n");
        guess_with(&house, LOCALHOST, number, &header).await
    };

    let mut refusals = Vec::new();
    for number in 0..40 {
        refusals.push(guess("192.0.2.1", number).await.refusal().1);
    }

    assert!(refusals.contains(&"slow_down".to_owned()), "{refusals:?}");
    assert_ne!(guess("203.0.113.1", 41).await.refusal().1, "slow_down");
}

#[tokio::test]
async fn a_header_of_somebody_else_changes_nothing() {
    let house = House::behind(&[LOCALHOST], ToldBy::XForwardedFor).await;

    let mut refusals = Vec::new();
    for number in 0..40 {
        let header = format!("x-forwarded-for: 192.0.{number}.1\r\n");
        refusals.push(guess_with(&house, STRANGER, number, &header).await.refusal().1);
    }

    assert!(refusals.contains(&"slow_down".to_owned()), "{refusals:?}");
}

#[tokio::test]
async fn a_header_that_a_proxy_has_spoilt_is_refused_and_one_that_is_missing_is_the_proxys_own_request() {
    let house = House::behind(&[LOCALHOST], ToldBy::Forwarded).await;

    assert_eq!(house.ask("GET", "/healthz", "").await.status, 200);
    assert_eq!(
        house
            .ask("GET", "/healthz", "forwarded: for=192.0.2.1\r\n")
            .await
            .status,
        200
    );
    assert_eq!(
        house.ask("GET", "/healthz", "forwarded: for=unknown\r\n").await.status,
        400
    );
}

#[tokio::test]
async fn the_proxy_protocol_is_spoken_by_proxies_and_to_nobody_else() {
    let house = House::behind(&[LOCALHOST], ToldBy::ProxyV2).await;
    let guess = async |client: [u8; 4], number| {
        let mut stream = house.tcp(LOCALHOST).await;
        let header = [
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c",
            &client[..],
            &[127, 0, 0, 1, 1, 1, 1, 1],
        ]
        .concat();
        stream.write_all(&header).await.expect("sent");
        let mut stream = house.tls_over(stream, house.tls_config()).await.expect("TLS");
        let _ = stream.write_all(request(number, "").as_bytes()).await;
        Answer::read(stream).await.refusal().1
    };

    let mut refusals = Vec::new();
    for number in 0..40 {
        refusals.push(guess([192, 0, 2, 1], number).await);
    }
    assert!(refusals.contains(&"slow_down".to_owned()), "{refusals:?}");
    assert_ne!(guess([203, 0, 113, 1], 41).await, "slow_down");

    let without = house.tls_over(house.tcp(LOCALHOST).await, house.tls_config()).await;
    assert!(without.is_err(), "TLS without the header");
    let mut stranger = house.tcp(STRANGER).await;
    let _ = stranger.write_all(b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0").await;
    let mut heard = Vec::new();
    let _ = stranger.read_to_end(&mut heard).await;
    assert!(heard.is_empty(), "closed");
}

async fn guess_with(house: &House, from: IpAddr, number: u16, header: &str) -> Answer {
    house.raw_from(from, request(number, header).as_bytes()).await
}

/// One that looks for an invite that doesn't exist.
fn request(number: u16, header: &str) -> String {
    let body = json!({ "invite": invented_invite(number) }).to_string();
    let length = body.len();
    format!(
        "POST /api/v1/invite HTTP/1.1\r\nhost: video.example.org\r\nconnection: close\r\ncontent-type: application/json\r\n\
         {header}content-length: {length}\r\n\r\n{body}"
    )
}

/// Another address of this machine.
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 9, 9, 9));
