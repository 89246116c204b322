//! Browsers at a signalling server: many that are joined and idle, and pairs that come, talk and go.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use data_encoding::BASE64URL_NOPAD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore, client::Resumption, pki_types::CertificateDer, pki_types::pem::PemObject as _,
    },
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue, protocol::WebSocketConfig},
};

use crate::process;

/// What is loaded: where it is, which certificate it shows, which process it is, and how it is talked to.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
    kind: Kind,
    tls: TlsConnector,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Visite,
    PeerJs,
}

/// Both seats of a room: what each says first.
#[derive(Clone)]
struct Pair {
    practice: String,
    guest: String,
}

impl Server {
    pub(crate) fn new(kind: &str, address: SocketAddr, pid: u32, certificate: &str) -> Result<Self> {
        let kind = match kind {
            "visite" => Kind::Visite,
            "peerjs" => Kind::PeerJs,
            _ => bail!("a server is visite or peerjs"),
        };
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificate)?)?;
        let mut tls = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Whoever comes is new.
        tls.resumption = Resumption::disabled();
        let tls = TlsConnector::from(Arc::new(tls));
        Ok(Self {
            address,
            pid,
            kind,
            tls,
        })
    }

    /// The rooms of a file: in each line what the practice says first, a tab, and what the guest does.
    fn pairs(&self, file: &str, count: usize) -> Result<Vec<Pair>> {
        let pairs: Vec<_> = match self.kind {
            Kind::Visite => fs::read_to_string(file)?
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .map(|(practice, guest)| Pair {
                    practice: practice.to_owned(),
                    guest: guest.to_owned(),
                })
                .take(count)
                .collect(),
            Kind::PeerJs => (0..count)
                .map(|_| {
                    Ok(Pair {
                        practice: random()?,
                        guest: random()?,
                    })
                })
                .collect::<Result<_>>()?,
        };
        ensure!(pairs.len() == count, "{file} has {} rooms", pairs.len());
        Ok(pairs)
    }

    /// Connects from an address of its own, and says who it is.
    async fn browser(&self, number: usize, first: &str) -> Result<Browser> {
        let socket = TcpSocket::new_v4()?;
        let [_, _, high, low] = u32::try_from(number)?.to_be_bytes();
        socket.bind((Ipv4Addr::new(127, 1, high, low), 0).into())?;
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        let stream = self.tls.connect("localhost".try_into()?, stream).await?;
        let path = match self.kind {
            Kind::Visite => "wss://localhost/signal".to_owned(),
            Kind::PeerJs => format!("wss://localhost/peerjs?key=peerjs&id={first}&token={first}"),
        };
        let mut request = path.into_client_request()?;
        if self.kind == Kind::Visite {
            let protocol = HeaderValue::from_static("visite.signal.v1");
            request.headers_mut().insert("sec-websocket-protocol", protocol);
        }
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        let mut browser = Browser {
            kind: self.kind,
            socket,
            heard: 0,
            acknowledged: 0,
            sent: 0,
            stream: String::new(),
        };
        if self.kind == Kind::Visite {
            browser.say(first.to_owned()).await?;
        }
        let opened = browser.hear().await?;
        match opened["type"].as_str() {
            Some("joined" | "OPEN") => Ok(browser),
            _ => bail!("not let in: {opened}"),
        }
    }

    async fn pair(&self, number: usize, pair: &Pair) -> Result<(Browser, Browser)> {
        let practice = self.browser(2 * number, &pair.practice).await?;
        let guest = self.browser(2 * number + 1, &pair.guest).await?;
        Ok((practice, guest))
    }
}

struct Browser {
    kind: Kind,
    socket: WebSocketStream<TlsStream<TcpStream>>,
    heard: u64,
    acknowledged: u64,
    sent: u64,
    /// The other side's page life, as its messages name it.
    stream: String,
}

impl Browser {
    async fn say(&mut self, text: String) -> Result<()> {
        Ok(self.socket.send(Message::text(text)).await?)
    }

    /// The next message; a ping is answered meanwhile.
    async fn hear(&mut self) -> Result<Value> {
        loop {
            let message = self.socket.next().await.context("closed")??;
            let Message::Text(text) = message else {
                ensure!(!message.is_close(), "closed: {message}");
                continue;
            };
            let message: Value = serde_json::from_str(&text)?;
            if message["type"] != "ping" {
                return Ok(message);
            }
            self.say(json!({ "type": "pong", "n": message["n"] }).to_string())
                .await?;
        }
    }

    /// Says something for the other seat.
    async fn tell(&mut self, to: usize, peer: &str, bytes: usize) -> Result<()> {
        self.sent += 1;
        let data = BASE64URL_NOPAD.encode(&vec![7; bytes]);
        let message = match self.kind {
            Kind::Visite => json!({ "type": "sealed", "to": to, "seq": self.sent, "data": data }),
            Kind::PeerJs => json!({ "type": "OFFER", "dst": peer, "payload": data }),
        };
        self.say(message.to_string()).await
    }

    /// Hears until so many have come from the other seat, each of which is acknowledged, and its own are.
    async fn settle(&mut self, other: usize, count: u64) -> Result<()> {
        let acknowledges = self.kind == Kind::Visite;
        while self.heard < count || (acknowledges && self.acknowledged < count) {
            let message = self.hear().await?;
            match message["type"].as_str() {
                Some("sealed") => {
                    self.heard += 1;
                    ensure!(
                        message["seq"] == self.heard && message["from"] == other,
                        "out of order: {message}"
                    );
                    self.stream.clear();
                    self.stream.push_str(message["stream"].as_str().context("no stream")?);
                    let ack = json!({ "type": "ack", "to": other, "stream": self.stream, "seq": self.heard });
                    self.say(ack.to_string()).await?;
                }
                Some("ack") => self.acknowledged = message["seq"].as_u64().context("no number")?,
                Some("OFFER") => self.heard += 1,
                Some("peer") => {}
                _ => bail!("{message}"),
            }
        }
        Ok(())
    }

    async fn leave(mut self) -> Result<()> {
        if self.kind == Kind::Visite {
            self.say(json!({ "type": "leave" }).to_string()).await?;
        } else {
            self.socket.close(None).await?;
        }
        let gone = async { while self.socket.next().await.is_some_and(|message| message.is_ok()) {} };
        timeout(PATIENCE, gone).await.context("it isn't closed")
    }
}

/// Both say so much to each other, and hear all of it.
async fn talk(pair: &Pair, practice: &mut Browser, guest: &mut Browser, messages: u64) -> Result<()> {
    let (to_guest, to_practice) = (practice.heard + messages, guest.heard + messages);
    for at in 0..messages {
        let bytes = if at == 0 { DESCRIPTION } else { CANDIDATES };
        practice.tell(1, &pair.guest, bytes).await?;
        guest.tell(0, &pair.practice, bytes).await?;
    }
    let settled = async { tokio::try_join!(practice.settle(1, to_guest), guest.settle(0, to_practice)) };
    timeout(PATIENCE, settled).await.context("not all was heard")??;
    Ok(())
}

/// Joins so many, lets them be idle, talk a little and be idle again, and says what of the server's memory and time that takes.
#[expect(clippy::print_stdout, reason = "the bench reads it")]
pub(crate) async fn hold(server: Server, file: &str, count: usize, seconds: u64) -> Result<()> {
    let pairs = server.pairs(file, count / 2)?;
    let server = Arc::new(server);
    let before = process::memory(server.pid)?;
    let at_a_time = Arc::new(Semaphore::new(AT_A_TIME));
    let (phase, phases) = watch::channel(0_u8);
    let (done, mut all_done) = mpsc::channel(pairs.len());
    let mut tasks = JoinSet::new();
    for (number, pair) in pairs.into_iter().enumerate() {
        let (server, at_a_time, mut phases, done) = (
            Arc::clone(&server),
            Arc::clone(&at_a_time),
            phases.clone(),
            done.clone(),
        );
        tasks.spawn(async move {
            let permit = at_a_time.acquire().await?;
            let (mut practice, mut guest) = server
                .pair(number, &pair)
                .await
                .with_context(|| format!("pair {number}"))?;
            drop(permit);
            done.send(()).await?;
            idle(&mut practice, &mut guest, &mut phases).await?;
            let permit = at_a_time.acquire().await?;
            talk(&pair, &mut practice, &mut guest, A_LITTLE).await?;
            drop(permit);
            done.send(()).await?;
            idle(&mut practice, &mut guest, &mut phases).await
        });
    }
    let joined = each(&mut all_done, &mut tasks, count / 2)
        .await
        .and(settled(server.pid).await)?;
    phase.send_replace(1);
    let talked = each(&mut all_done, &mut tasks, count / 2)
        .await
        .and(settled(server.pid).await)?;
    let spent = process::cpu(server.pid)?;
    sleep(Duration::from_secs(seconds)).await;
    let spent = process::cpu(server.pid)? - spent;
    let of = |now: u64| now.saturating_sub(before) / count as u64;
    println!(
        "joined {count} bytes {} after {} idle {:.4}",
        of(joined),
        of(talked),
        spent.as_secs_f64() / seconds as f64
    );
    Ok(())
}

/// Answers pings until the next phase.
async fn idle(practice: &mut Browser, guest: &mut Browser, phases: &mut watch::Receiver<u8>) -> Result<()> {
    loop {
        tokio::select! {
            changed = phases.changed() => return Ok(changed?),
            heard = practice.hear() => { heard?; }
            heard = guest.hear() => { heard?; }
        }
    }
}

/// Waits until all have done it, or one has failed.
async fn each(done: &mut mpsc::Receiver<()>, tasks: &mut JoinSet<Result<()>>, count: usize) -> Result<()> {
    for _ in 0..count {
        tokio::select! {
            _ = done.recv() => {}
            Some(ended) = tasks.join_next() => { ended??; bail!("one has ended"); }
        }
    }
    Ok(())
}

/// The memory of a process once it stays what it is.
async fn settled(pid: u32) -> Result<u64> {
    let mut before = process::memory(pid)?;
    loop {
        sleep(Duration::from_secs(2)).await;
        let now = process::memory(pid)?;
        if now.abs_diff(before) < 64 * 1024 {
            return Ok(now);
        }
        before = now;
    }
}

/// So many pairs come, talk and leave, a few at a time; says what of the server's time each takes.
#[expect(clippy::print_stdout, reason = "the bench reads it")]
pub(crate) async fn lives(server: Server, file: &str, count: usize) -> Result<()> {
    let pairs = server.pairs(file, count)?;
    let server = Arc::new(server);
    let at_a_time = Arc::new(Semaphore::new(FEW));
    let before = process::cpu(server.pid)?;
    let mut tasks = JoinSet::new();
    for (number, pair) in pairs.into_iter().enumerate() {
        let (server, at_a_time) = (Arc::clone(&server), Arc::clone(&at_a_time));
        tasks.spawn(async move {
            let _permit = at_a_time.acquire().await?;
            let (mut practice, mut guest) = server.pair(number, &pair).await?;
            talk(&pair, &mut practice, &mut guest, A_LIFE).await?;
            guest.leave().await?;
            practice.leave().await
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let spent = process::cpu(server.pid)? - before;
    println!("lives {count} ms {:.3}", spent.as_secs_f64() * 1000.0 / count as f64);
    Ok(())
}

fn random() -> Result<String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).context("no randomness")?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}

/// A sealed description, and a sealed candidate.
const DESCRIPTION: usize = 12_338;
const CANDIDATES: usize = 1_074;
/// Messages each way.
const A_LIFE: u64 = 20;
const A_LITTLE: u64 = 4;
const AT_A_TIME: usize = 64;
const FEW: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);
