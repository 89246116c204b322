//! The integrators' calls over HTTP and JSON. That everybody may do there what they may do over gRPC is case 64's (`identities.rs`).

mod common;

use api::session::v1::CreateApiKeyRequest;
use common::{
    House,
    authority::Authority,
    http::{Answer, Way},
    in_seconds, room_request, socket,
};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Bytes};
use serde_json::{Value, json};
use session_d::TlsConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::test]
async fn an_appointment_is_made_read_listed_changed_and_cancelled() {
    let (house, caller) = house().await;
    let practice = caller.practice.clone();
    let rooms = format!("/v1/practices/{practice}/rooms");
    let start = in_seconds(3600).to_string();
    let request = json!({ "startTime": start, "duration": "1200s", "invites": [{}, { "seat": 2, "maxUses": 1 }], "requestId": "one" });

    let made = caller.post(&rooms, &request).await;
    assert_eq!(
        (made.status, made.headers["content-type"].to_str().expect("text")),
        (200, "application/json")
    );
    let made = made.json();
    let (room, invite) = (&made["room"], &made["invites"][0]);
    let id = room["id"].as_str().expect("an id");
    assert_eq!(
        (&room["practice"], &room["startTime"], &room["duration"]),
        (&json!(practice), &json!(start), &json!("1200s"))
    );
    assert_eq!((&room["state"], &room["epoch"]), (&json!("STATE_OPEN"), &json!(1)));
    assert_eq!(
        invite["link"],
        format!(
            "https://video.example.org/v/{}",
            invite["token"].as_str().expect("a token")
        )
    );
    let again = caller.post(&rooms, &request).await.json();
    assert_eq!((&again["room"], again["invites"][0].get("token")), (room, None));

    let read = caller.get(&format!("/v1/rooms/{id}")).await.json();
    assert_eq!(&read, room);
    let listed = async |query: &str| caller.get(&format!("{rooms}?{query}")).await;
    assert_eq!(
        listed("filter=state%20%3D%20OPEN&pageSize=1").await.json()["rooms"],
        json!([read])
    );
    assert_eq!(listed("filter=state+%3D+CLOSED").await.json(), json!({}));
    assert_eq!(listed("from=2099-01-01T00:00:00Z").await.json(), json!({}));

    let etag = read["etag"].clone();
    let label = json!({ "sealedLabel": "AQID", "etag": etag });
    let target = format!("/v1/rooms/{id}?updateMask=sealedLabel");
    let change = |body: Value| caller.send("PATCH", &target, body);
    let changed = change(label.clone()).await.json();
    assert_eq!(changed["sealedLabel"], "AQID");
    let outdated = change(label).await;
    assert_eq!((outdated.status, &outdated.json()["code"]), (409, &json!(10)));

    let closed = caller.post(&format!("/v1/rooms/{id}:close"), &json!({})).await;
    assert_eq!((closed.status, &closed.json()["state"]), (200, &json!("STATE_CLOSED")));
    let nothing = caller.send("POST", &format!("/v1/rooms/{id}:close"), Value::Null).await;
    assert_eq!(nothing.status, 200, "a body may be absent");
    drop(house);
}

#[tokio::test]
async fn a_refusal_is_a_status_with_its_details() {
    let (_house, caller) = house().await;
    let practice = caller.practice.clone();
    let rooms = format!("/v1/practices/{practice}/rooms");

    let field = caller
        .post(
            &rooms,
            &json!({ "startTime": in_seconds(0).to_string(), "duration": "1s", "invites": [{}] }),
        )
        .await;
    assert_eq!(field.status, 400);
    let violation = json!({ "field": "duration", "description": "has to be 60 to 86400 seconds" });
    assert_eq!(
        field.json(),
        json!({
            "code": 3,
            "message": "duration: has to be 60 to 86400 seconds",
            "details": [{ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation] }],
        })
    );
    let scope = caller.post("/v1/practices", &json!({ "name": "Another" })).await;
    assert_eq!(
        (scope.status, &scope.json()["message"]),
        (403, &json!("only the operator may"))
    );
    let missing = caller.get(&format!("/v1/rooms/{}", "0".repeat(32))).await;
    assert_eq!(
        (missing.status, missing.json()),
        (404, json!({ "code": 5, "message": "there is no such thing" }))
    );
    let nobody = Caller {
        key: "visite_x_y".to_owned(),
        ..caller.clone()
    };
    let refused = nobody.get(&rooms).await;
    assert_eq!(
        (refused.status, &refused.headers["www-authenticate"]),
        (401, &"Bearer".parse().expect("a value"))
    );
    for answer in [field, scope, missing, refused] {
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_before_anybody_is_asked() {
    let (_house, caller) = house().await;
    let practice = caller.practice.clone();
    let rooms = format!("/v1/practices/{practice}/rooms");
    let body = |body: &str| caller.request("POST", &rooms, "application/json", body.to_owned());

    for (odd, said) in [
        ("{", "body: EOF while parsing"),
        ("[]", "body: invalid type: sequence"),
        ("7", "body: invalid type: integer"),
        (r#"{"colour":"red"}"#, "body: unrecognized field name 'colour'"),
        (r#"{"duration":"long"}"#, "body: failed to parse duration"),
        (r#"{"startTime":7}"#, "body: "),
        (r#"{"invites":[{"seat":-1}]}"#, "body: "),
        (
            r#"{"practice":"00112233445566778899aabbccddeeff"}"#,
            "practice: has to be the path's, or absent",
        ),
    ] {
        let refused = body(odd).await;
        assert_eq!(refused.status, 400, "{odd}");
        let message = refused.json()["message"].as_str().expect("a message").to_owned();
        assert!(message.starts_with(said), "{odd}: {message}");
    }
    let deep = body(&("[".repeat(50_000) + &"]".repeat(50_000))).await;
    assert_eq!(deep.status, 400);
    let large = body(&format!(r#"{{"sealedWelcome":"{}"}}"#, "A".repeat(200_000))).await;
    assert_eq!(
        (large.status, &large.json()["details"][0]["fieldViolations"][0]["field"]),
        (400, &json!("body"))
    );
    let form = caller
        .request(
            "POST",
            &rooms,
            "application/x-www-form-urlencoded",
            "duration=1s".to_owned(),
        )
        .await;
    assert_eq!(form.status, 415);
    for (query, field) in [
        ("colour=red", "colour"),
        ("pageSize=1&pageSize=2", "pageSize"),
        ("pageSize.x=1", "pageSize.x"),
    ] {
        let refused = caller.get(&format!("{rooms}?{query}")).await;
        assert_eq!(refused.status, 400, "{query}");
        assert_eq!(refused.json()["details"][0]["fieldViolations"][0]["field"], field);
    }
    let queried = caller.send("POST", &format!("{rooms}?duration=1s"), json!({})).await;
    assert_eq!(queried.json()["details"][0]["fieldViolations"][0]["field"], "duration");
    let spoken = caller.request("GET", &rooms, "application/json", "{}".to_owned()).await;
    assert_eq!(spoken.json()["message"], "body: has to be empty");

    let wrong = caller.send("DELETE", &rooms, Value::Null).await;
    assert_eq!(
        (wrong.status, wrong.headers["allow"].to_str().expect("text")),
        (405, "POST, GET")
    );
    for nowhere in [
        "/",
        "/v1",
        "/v1/rooms",
        "/visite.session.v1.RoomService/GetRoom",
        "/visite.control.v1.ControlService/LookupInvite",
    ] {
        assert_eq!(caller.get(nowhere).await.status, 404, "{nowhere}");
        let posted = caller.post(nowhere, &json!({})).await;
        assert_eq!(posted.status, 404, "{nowhere}");
    }
}

#[tokio::test]
async fn events_come_line_by_line_and_go_on_where_they_were_left() {
    let (house, caller) = house().await;
    let watch = format!("/v1/practices/{}/events:watch", caller.practice);
    let mut lines = Lines::of(&caller, &watch).await;
    let begin = lines.next().await;
    assert_eq!(begin, json!({ "resumeToken": "0" }));

    let room = house
        .create(room_request(&caller.practice, 0))
        .await
        .room
        .expect("a room")
        .id;

    let event = lines.next().await;
    let (id, time) = (format!("{}-1", caller.practice), event["event"]["time"].clone());
    let expected = json!({ "id": id, "type": "TYPE_CREATED", "time": time, "practice": caller.practice, "room": room });
    assert_eq!(event, json!({ "event": expected, "resumeToken": "1" }));
    let mut again = Lines::of(&caller, &format!("{watch}?resumeToken=0")).await;
    again.next().await;
    assert_eq!(again.next().await, event);

    let old = caller.get(&format!("{watch}?resumeToken=9")).await.body;
    let old: Value = serde_json::from_slice(&old).expect("one line");
    assert_eq!(
        (&old["error"]["code"], &old["error"]["details"][0]["reason"]),
        (&json!(11), &json!("TOKEN_TOO_OLD"))
    );
}

#[tokio::test]
async fn the_document_is_there_for_everybody_and_names_every_call() {
    let (_house, caller) = house().await;
    let nobody = Caller {
        key: String::new(),
        ..caller
    };

    let document = nobody.get("/openapi.json").await.json();

    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let operations: usize = paths.values().map(|path| path.as_object().expect("a path").len()).sum();
    let calls = api::methods()
        .into_iter()
        .filter(|path| path.starts_with("/visite.session.v1."));
    assert_eq!(operations, calls.count());
    let mut references = Vec::new();
    refer(&document, &mut references);
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn it_is_spoken_over_tls_as_well_and_who_is_slow_with_a_body_is_refused() {
    daemon::tls::use_one_provider();
    let dir = tempfile::tempdir().expect("a directory");
    let ours = Authority::new(dir.path(), "ours");
    ours.issue(dir.path(), "localhost");
    let tls = TlsConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        cert: dir.path().join("localhost.pem"),
        key: dir.path().join("localhost.key"),
        client_ca: None,
    };
    let config = daemon::tls::client_config(&dir.path().join("ours.pem"), None).expect("a client");
    let house = House::with_tls(dir, Some(tls)).await;
    let mut caller = caller(&house).await;
    caller.way = Way::Tls(house.tls.expect("a port").port(), config.into());

    let rooms = format!("/v1/practices/{}/rooms", caller.practice);
    assert_eq!(caller.get(&rooms).await.status, 200);

    let mut slow = tokio::net::UnixStream::connect(socket(house.dir.path()))
        .await
        .expect("connects");
    let head =
        format!("POST {rooms} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{");
    slow.write_all(head.as_bytes()).await.expect("written");
    let mut answer = vec![0; 4096];
    let read = slow.read(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]);
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(answer.contains(r#"{"code":4,"#), "{answer}");
}

fn refer(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(reference) if name == "$ref" => found.push(reference.clone()),
                    _ => refer(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| refer(value, found)),
        _ => {}
    }
}

/// A practice's software.
#[derive(Clone)]
struct Caller {
    way: Way,
    practice: String,
    key: String,
}

async fn house() -> (House, Caller) {
    let house = House::new().await;
    let caller = caller(&house).await;
    (house, caller)
}

async fn caller(house: &House) -> Caller {
    let practice = house.practice("Praxis").await;
    let request = CreateApiKeyRequest {
        practice: practice.clone(),
        name: "booking".to_owned(),
        ..CreateApiKeyRequest::default()
    };
    let key = house
        .practices()
        .create_api_key(request)
        .await
        .expect("a key")
        .into_inner()
        .key;
    Caller {
        way: Way::Unix(socket(house.dir.path())),
        practice,
        key,
    }
}

impl Caller {
    async fn get(&self, target: &str) -> Answer {
        self.send("GET", target, Value::Null).await
    }

    async fn post(&self, target: &str, body: &Value) -> Answer {
        self.send("POST", target, body.clone()).await
    }

    async fn send(&self, method: &str, target: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.request(method, target, "application/json; charset=utf-8", body)
            .await
    }

    async fn request(&self, method: &str, target: &str, kind: &str, body: String) -> Answer {
        self.way.ask(self.prepare(method, target, kind, body)).await
    }

    fn prepare(&self, method: &str, target: &str, kind: &str, body: String) -> Request<Full<Bytes>> {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", "localhost")
            .header("content-type", kind)
            .header("authorization", format!("Bearer {}", self.key));
        request.body(Full::new(body.into())).expect("a request")
    }
}

/// A stream of JSON, line by line.
struct Lines(hyper::body::Incoming, Vec<u8>);

impl Lines {
    async fn of(caller: &Caller, target: &str) -> Self {
        let request = caller.prepare("GET", target, "application/json", String::new());
        let answer = caller.way.begin(request).await;
        assert_eq!(
            (
                answer.status().as_u16(),
                answer.headers()["content-type"].to_str().expect("text")
            ),
            (200, "application/x-ndjson")
        );
        Self(answer.into_body(), Vec::new())
    }

    async fn next(&mut self) -> Value {
        loop {
            if let Some(end) = self.1.iter().position(|byte| *byte == b'\n') {
                let rest = self.1.split_off(end + 1);
                let line = std::mem::replace(&mut self.1, rest);
                return serde_json::from_slice(&line).expect("JSON");
            }
            let frame = self.0.frame().await.expect("it goes on").expect("whole");
            self.1.extend_from_slice(&frame.into_data().expect("data"));
        }
    }
}
