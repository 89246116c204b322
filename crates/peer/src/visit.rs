//! One end's whole way through a visit.

mod talk;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use data_encoding::BASE64URL_NOPAD;
use room::{ClientId, Seat, StreamId, wire::Joined};
use sealed::{Context, Ephemeral, Fingerprint, HandshakeId, IdentityKey, Kind, Refusal, RoomId, RoomKey, Session};
use serde::{Deserialize, Serialize};
use str0m::RtcError;
use tokio::sync::{mpsc, watch};
use tokio_rustls::rustls::ClientConfig;

use crate::{
    chance::draw,
    connection::{Addresses, Certificate, Connection, NotDescribed, Received, Told},
    device::{Appointment, Device},
    line::{Heard, Line, Pass},
    link::Link,
    receipt::{Bond, Fingerprints},
    server::Server,
    sockets::{Sockets, Way},
    steps::{Failure, Step, Steps},
    welcome::Welcome,
};
use talk::Talk;

/// How an end goes through its visit.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whom to trust as a server, also as a relay.
    pub tls: Arc<ClientConfig>,
    /// Which way to the other end.
    pub way: Way,
    /// For how long a step may take. The other end is waited for as long as it isn't there.
    pub patience: Duration,
    /// What the other end reads: 1 to 80 characters.
    pub name: String,
    /// How far to go.
    pub depth: Depth,
}

/// How far an end goes into a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Until the sealed handshake is through: what the servers have to do with a visit.
    Seal,
    /// Until the guest is let in: a path, DTLS and data channels as well.
    Admit,
    /// All of it: sound and pictures in both directions as well.
    Media,
}

/// What an end tells while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It is on its seat.
    Joined,
    /// The guest is let in.
    Admitted,
    /// All that was to be seen has been seen.
    Complete,
}

/// What an end has seen.
#[derive(Debug, Clone)]
pub struct Report {
    /// Each step, with its time.
    pub steps: Steps,
    /// The other's name.
    pub peer: String,
    /// Whether what the practice asks for was signed by the guest, and found right by the practice.
    pub is_signed: bool,
    /// From this end to the other and back, on `control`.
    pub round_trip: Option<Duration>,
    /// What came.
    pub received: Received,
    /// The six digits, as both ends have them.
    pub safety_code: String,
    /// The ways that the installation offers.
    pub offered: Vec<Way>,
}

/// One end of a visit.
#[derive(Debug)]
pub struct Visit<'a> {
    end: End<'a>,
    settings: Settings,
}

#[derive(Debug)]
enum End<'a> {
    Guest(Link),
    Practice(&'a Device, &'a Appointment),
}

impl<'a> Visit<'a> {
    /// A guest's, through a link.
    #[must_use]
    pub fn guest(link: Link, settings: Settings) -> Self {
        let end = End::Guest(link);
        Self { end, settings }
    }

    /// The practice's, which lets its guest in.
    #[must_use]
    pub fn practice(device: &'a Device, appointment: &'a Appointment, settings: Settings) -> Self {
        let end = End::Practice(device, appointment);
        Self { end, settings }
    }

    /// Goes through it, until `stop` says so or the other end says goodbye.
    ///
    /// # Errors
    /// Where it stopped, and why.
    pub async fn run(
        self,
        happened: mpsc::UnboundedSender<Happened>,
        stop: watch::Receiver<bool>,
    ) -> Result<Report, Failure> {
        let Self { end, settings } = self;
        let mut steps = Steps::begin();
        let arrived = match &end {
            End::Guest(link) => arrive_as_guest(link, &settings, &mut steps).await?,
            End::Practice(device, appointment) => {
                arrive_as_practice(device, appointment, &settings, &mut steps).await?
            }
        };
        // Whether anybody listens is nothing to this end.
        let _ = happened.send(Happened::Joined);
        let mut under_way = UnderWay::new(arrived, settings, steps, happened);
        let end = under_way.go(stop).await;
        under_way.line.leave().await;
        under_way.sockets.release().await;
        end?;
        Ok(Report {
            steps: under_way.steps,
            peer: under_way.talk.peer,
            is_signed: under_way.talk.is_signed,
            round_trip: under_way.talk.round_trip,
            received: under_way
                .connection
                .map(|connection| connection.received)
                .unwrap_or_default(),
            safety_code: under_way.safety_code,
            offered: under_way.offered,
        })
    }
}

/// On its seat.
struct Arrived<'a> {
    side: Side<'a>,
    context: Context,
    room_key: RoomKey,
    line: Line,
    sockets: Sockets,
    certificate: Certificate,
    other: Option<StreamId>,
    offered: Vec<Way>,
    welcome: Option<Welcome>,
}

enum Side<'a> {
    Guest(Link, Option<sealed::Guest>),
    Practice(&'a Device, Option<sealed::Practice>),
}

async fn arrive_as_guest<'a>(link: &Link, settings: &Settings, steps: &mut Steps) -> Result<Arrived<'a>, Failure> {
    #[derive(Serialize)]
    struct Ask<'a> {
        invite: &'a str,
    }
    #[derive(Deserialize)]
    struct Invitation {
        room: Option<String>,
        epoch: Option<u32>,
        seat: Option<u8>,
        sealed_welcome: String,
    }
    let Settings { tls, patience, .. } = settings;
    let mut server = Server::connect(&link.origin, tls, *patience, steps).await?;
    let page = server.get(Step::Page, &format!("/v/{}", link.invite)).await?;
    if !page.to_ascii_lowercase().starts_with(b"<!doctype html") {
        return Err(Failure::new(Step::Page, "what came is no page"));
    }
    steps.done(Step::Page);
    let ask = Ask { invite: &link.invite };
    let invitation: Invitation = server.post(Step::Invite, "/api/v1/invite", &ask, None).await?;
    let (Some(room), Some(epoch), Some(seat)) = (invitation.room, invitation.epoch, invitation.seat) else {
        let what = "the link is an open consultation hour's: a probe needs an appointment's";
        return Err(Failure::new(Step::Invite, what));
    };
    let welcome = match invitation.sealed_welcome.as_str() {
        "" => None,
        sealed => {
            let opened = Welcome::open(sealed, &room, &link.fragment);
            Some(opened.map_err(|error| Failure::new(Step::Invite, error.to_string()))?)
        }
    };
    steps.done(Step::Invite);
    let context = context(&room, epoch, seat)?;
    let pass = Pass::Invite(link.invite.clone());
    let seated = Seated::take(
        link,
        &server,
        pass,
        ClientId::new(draw()),
        Seat::PRACTICE,
        settings,
        steps,
    )
    .await?;
    if seated.joined.epoch != epoch {
        return Err(Failure::new(Step::Join, "the appointment was moved just now"));
    }
    Ok(Arrived {
        side: Side::Guest(link.clone(), None),
        context,
        room_key: link.fragment.room_key.clone(),
        other: seated.other(Seat::PRACTICE),
        offered: seated.offered(),
        line: seated.line,
        sockets: seated.sockets,
        certificate: Certificate::draw(),
        welcome,
    })
}

async fn arrive_as_practice<'a>(
    device: &'a Device,
    appointment: &Appointment,
    settings: &Settings,
    steps: &mut Steps,
) -> Result<Arrived<'a>, Failure> {
    let link = &appointment.link;
    let server = Server::connect(&link.origin, &settings.tls, settings.patience, steps).await?;
    let [guest, ..] = Seat::GUESTS;
    let pass = Pass::Token(appointment.token.clone());
    let seated = Seated::take(link, &server, pass, device.client(), guest, settings, steps).await?;
    Ok(Arrived {
        side: Side::Practice(device, None),
        context: Context {
            room: appointment.room.clone(),
            epoch: seated.joined.epoch,
            guest: guest.number(),
        },
        room_key: link.fragment.room_key.clone(),
        other: seated.other(guest),
        offered: seated.offered(),
        line: seated.line,
        sockets: seated.sockets,
        certificate: Certificate::draw(),
        welcome: None,
    })
}

fn context(room: &str, epoch: u32, guest: u8) -> Result<Context, Failure> {
    let room = RoomId::new(room).ok_or_else(|| Failure::new(Step::Invite, "the server names a room that is none"))?;
    Ok(Context { room, epoch, guest })
}

/// What both sides do to take a seat.
struct Seated {
    line: Line,
    joined: Box<Joined>,
    sockets: Sockets,
}

impl Seated {
    async fn take(
        link: &Link,
        server: &Server,
        pass: Pass,
        client: ClientId,
        peer: Seat,
        settings: &Settings,
        steps: &mut Steps,
    ) -> Result<Self, Failure> {
        let Settings {
            tls,
            way,
            patience,
            depth,
            ..
        } = settings;
        let mut line = Line::open(&link.origin, tls, *patience, peer).await?;
        steps.done(Step::WebSocket);
        line.join(pass, client).await?;
        let Heard::Joined(joined) = line.next().await? else {
            return Err(Failure::new(
                Step::Join,
                "the server answered a join with something else",
            ));
        };
        steps.done(Step::Join);
        let mut sockets = Sockets::bind(server.address()).await?;
        if *depth == Depth::Seal {
            return Ok(Self { line, joined, sockets });
        }
        if *way == Way::Direct {
            sockets.ask_stun(&joined.ice_servers, *patience).await?;
            steps.done(Step::Stun);
        } else {
            sockets.ask_relay(*way, &joined.ice_servers, tls, *patience).await?;
            steps.done(Step::Relay);
        }
        Ok(Self { line, joined, sockets })
    }

    fn other(&self, seat: Seat) -> Option<StreamId> {
        self.joined.peers.iter().find(|peer| peer.seat == seat)?.stream
    }

    fn offered(&self) -> Vec<Way> {
        let servers = &self.joined.ice_servers;
        Way::ALL.into_iter().filter(|way| way.is_offered(servers)).collect()
    }
}

/// From the seat to the end.
struct UnderWay<'a> {
    side: Side<'a>,
    context: Context,
    room_key: RoomKey,
    line: Line,
    sockets: Sockets,
    certificate: Certificate,
    other: Option<StreamId>,
    session: Option<Session>,
    safety_code: String,
    offered: Vec<Way>,
    connection: Option<Connection>,
    talk: Talk,
    settings: Settings,
    steps: Steps,
    /// When something last went on.
    since: Instant,
    is_complete: bool,
    is_over: bool,
    happened: mpsc::UnboundedSender<Happened>,
}

/// What woke this end.
enum Woken {
    Line(Heard),
    Stopped,
    Packet,
}

impl<'a> UnderWay<'a> {
    fn new(arrived: Arrived<'a>, settings: Settings, steps: Steps, happened: mpsc::UnboundedSender<Happened>) -> Self {
        let Arrived {
            side,
            context,
            room_key,
            line,
            sockets,
            certificate,
            other,
            offered,
            welcome,
        } = arrived;
        let talk = Talk::new(settings.name.clone(), matches!(side, Side::Practice(..)), welcome);
        Self {
            side,
            context,
            room_key,
            line,
            sockets,
            certificate,
            other,
            session: None,
            safety_code: String::new(),
            offered,
            connection: None,
            talk,
            settings,
            steps,
            since: Instant::now(),
            is_complete: false,
            is_over: false,
            happened,
        }
    }

    async fn go(&mut self, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
        if matches!(self.side, Side::Guest(..)) {
            self.begin().await?;
        }
        loop {
            let until = self.carry_out().await?;
            if self.is_over {
                return Ok(());
            }
            match self.wait(until, &mut stop).await? {
                Woken::Line(heard) => self.heard(heard).await?,
                Woken::Packet => {}
                Woken::Stopped => return self.part().await,
            }
            self.check_patience()?;
        }
    }

    /// The next thing that happens, `until` at the latest. A packet is taken at once.
    async fn wait(&mut self, until: Instant, stop: &mut watch::Receiver<bool>) -> Result<Woken, Failure> {
        let Self {
            line,
            sockets,
            connection,
            ..
        } = self;
        tokio::select! {
            // Who holds the other end of it and lets it go stops nothing.
            Ok(_) = stop.wait_for(|stop| *stop) => return Ok(Woken::Stopped),
            heard = line.next() => return Ok(Woken::Line(heard?)),
            packet = sockets.receive(until) => {
                if let (Some(packet), Some(connection)) = (packet?, &mut *connection) {
                    let taken = connection.receive(packet.from, packet.to, packet.bytes, Instant::now());
                    taken.map_err(|error| broken(&self.steps, &error))?;
                }
            }
        }
        if let Some(connection) = connection {
            let passed = connection.handle_timeout(Instant::now());
            passed.map_err(|error| broken(&self.steps, &error))?;
        }
        Ok(Woken::Packet)
    }

    /// Does what the connection wants done, and says until when there is nothing more.
    async fn carry_out(&mut self) -> Result<Instant, Failure> {
        let idle = Instant::now() + IDLE;
        loop {
            let Some(connection) = &mut self.connection else {
                return Ok(idle);
            };
            let told = connection.poll().map_err(|error| broken(&self.steps, &error))?;
            match told {
                None => {}
                Some(Told::Until(until)) => return Ok(until.min(idle)),
                Some(Told::Send { from, to, bytes }) => self.sockets.send(from, to, &bytes).await,
                Some(Told::Path) => self.done(Step::Ice),
                Some(Told::Secured) => self.done(Step::Dtls),
                Some(Told::Open) => self.talk.open(),
                Some(Told::Said(Some(message))) => self.talk.hear(message),
                Some(Told::Said(None)) => {
                    return Err(Failure::new(
                        Step::Data,
                        "the other end said something that is no message",
                    ));
                }
                Some(Told::Media) => self.media_came(),
                Some(Told::Closed) => {
                    self.is_over = true;
                    return Ok(idle);
                }
            }
            self.answer()?;
        }
    }

    /// What follows from what the other said.
    fn answer(&mut self) -> Result<(), Failure> {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        while let Some(act) = self.talk.poll() {
            let done = match act {
                talk::Act::Say(message) => connection.say(&message),
                talk::Act::Greeted => {
                    self.steps.done(Step::Data);
                    self.since = Instant::now();
                    Ok(())
                }
                talk::Act::Admitted => {
                    if !self.steps.has(Step::Admit) {
                        self.steps.done(Step::Admit);
                    }
                    self.since = Instant::now();
                    let _ = self.happened.send(Happened::Admitted);
                    if self.settings.depth == Depth::Media {
                        connection.attach_media(Instant::now());
                        self.talk.say_media();
                    } else {
                        self.is_complete = true;
                        let _ = self.happened.send(Happened::Complete);
                    }
                    Ok(())
                }
                talk::Act::Held => {
                    connection.detach_media();
                    Ok(())
                }
                talk::Act::Parted => {
                    self.is_over = true;
                    Ok(())
                }
                talk::Act::Refused(what) => return Err(Failure::new(Step::Admit, what)),
            };
            done.map_err(|error| broken(&self.steps, &error))?;
        }
        Ok(())
    }

    fn media_came(&mut self) {
        let Some(connection) = &self.connection else { return };
        let Received { sound, pictures } = connection.received;
        let (sends_sound, sends_pictures) = self.talk.expects();
        let has = |least: u64| (!sends_sound || sound >= least) && (!sends_pictures || pictures >= least);
        if has(1) && !self.steps.has(Step::Media) && self.steps.has(Step::Admit) {
            self.done(Step::Media);
        }
        if has(ENOUGH) && self.steps.has(Step::Media) && !self.is_complete {
            self.is_complete = true;
            let _ = self.happened.send(Happened::Complete);
        }
    }

    fn done(&mut self, step: Step) {
        // A path may come and go; a step is done once.
        if !self.steps.has(step) {
            self.steps.done(step);
            self.since = Instant::now();
        }
    }

    // --- The line ---

    async fn heard(&mut self, heard: Heard) -> Result<(), Failure> {
        match heard {
            Heard::Joined(_) => Err(Failure::new(Step::Join, "the server said twice that this end is in")),
            Heard::Sealed(message) => self.unseal(&message).await,
            Heard::Peer(stream) => {
                let is_new = stream.is_some() && stream != self.other;
                if is_new {
                    self.since = Instant::now();
                    if self.session.is_none() {
                        self.steps.rest();
                    }
                }
                self.other = stream.or(self.other);
                // What was agreed on with the page before is void.
                if is_new && matches!(self.side, Side::Guest(..)) && !self.steps.has(Step::Ice) {
                    self.begin().await?;
                }
                Ok(())
            }
        }
    }

    /// The guest's: a new handshake.
    async fn begin(&mut self) -> Result<(), Failure> {
        let own = self.ephemeral();
        let Side::Guest(link, handshake) = &mut self.side else {
            return Ok(());
        };
        let hid = HandshakeId(draw());
        let (guest, commit) = sealed::Guest::commit(&self.context, &self.room_key, link.fragment.practice, hid, own);
        *handshake = Some(guest);
        self.line.seal(&commit).await
    }

    async fn unseal(&mut self, message: &[u8]) -> Result<(), Failure> {
        let outcome = match (message.get(1), &mut self.side) {
            (Some(&COMMIT), Side::Practice(..)) => return self.committed(message).await,
            (Some(&HELLO_A), Side::Guest(_, Some(guest))) => {
                guest.hello(message).map(|(session, hello)| (session, Some(hello)))
            }
            (Some(&HELLO_B), Side::Practice(_, Some(practice))) => {
                practice.finish(message).map(|session| (session, None))
            }
            (Some(&ENVELOPE), _) => return self.open(message).await,
            // A prekey, and what goes by it: this end needs no head start.
            _ => return Ok(()),
        };
        let (session, hello) = match outcome {
            Ok(done) => done,
            Err(Refusal::OtherHandshake) => return Ok(()),
            Err(refusal) => return Err(Failure::new(Step::Seal, refusal.to_string())),
        };
        self.safety_code = session.safety_code();
        self.talk.bind(self.bond(session.peer_fingerprint()));
        self.session = Some(session);
        self.connection = None;
        self.done(Step::Seal);
        if let Some(hello) = &hello {
            self.line.seal(hello).await?;
        }
        if self.settings.depth == Depth::Seal {
            self.is_complete = true;
            let _ = self.happened.send(Happened::Complete);
        } else if hello.is_some() {
            let (connection, offer) = Connection::offering(&self.certificate, self.addresses(), Instant::now());
            self.connection = Some(connection);
            self.describe("offer", offer).await?;
        }
        Ok(())
    }

    /// The practice's: a guest begins.
    async fn committed(&mut self, commit: &[u8]) -> Result<(), Failure> {
        if self.session.is_none() {
            self.steps.rest();
        }
        self.since = Instant::now();
        let own = self.ephemeral();
        let Side::Practice(device, handshake) = &mut self.side else {
            return Ok(());
        };
        let answered = {
            let identity = IdentityKey {
                public: device.identity().public(),
                sign: &|bytes| device.identity().sign(bytes),
            };
            sealed::Practice::answer(&self.context, &self.room_key, &identity, own, commit)
        };
        let (practice, hello) = answered.map_err(|refusal| Failure::new(Step::Seal, refusal.to_string()))?;
        *handshake = Some(practice);
        self.line.seal(&hello).await
    }

    async fn open(&mut self, envelope: &[u8]) -> Result<(), Failure> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        let (kind, payload) = match session.open(envelope) {
            Ok(opened) => opened,
            Err(Refusal::OtherHandshake) => return Ok(()),
            Err(refusal) => return Err(Failure::new(Step::Seal, refusal.to_string())),
        };
        let peer = session.peer_fingerprint();
        match kind {
            Kind::Description => {
                let description: Description = read(&payload)?;
                match (&self.side, &mut self.connection) {
                    (Side::Guest(..), Some(connection)) if description.kind == "answer" => connection
                        .take_answer(&description.sdp, peer)
                        .map_err(|error| not_described(&error)),
                    (Side::Practice(..), None) if description.kind == "offer" => {
                        let answered = Connection::answering(
                            &self.certificate,
                            self.addresses(),
                            &description.sdp,
                            peer,
                            Instant::now(),
                        );
                        let (connection, answer) = answered.map_err(|error| not_described(&error))?;
                        self.connection = Some(connection);
                        self.describe("answer", answer).await
                    }
                    // Each side's first description only.
                    _ => Ok(()),
                }
            }
            Kind::Candidates => {
                let candidates: Vec<NamedCandidate> = read(&payload)?;
                if let Some(connection) = &mut self.connection {
                    for NamedCandidate { candidate, .. } in candidates {
                        connection.take_candidate(&candidate);
                    }
                }
                Ok(())
            }
            Kind::Restart => self.begin().await,
        }
    }

    fn bond(&self, peer: Fingerprint) -> Bond {
        let own = self.certificate.fingerprint;
        let (practice, guest) = match self.side {
            Side::Practice(..) => (own, peer),
            Side::Guest(..) => (peer, own),
        };
        Bond {
            room: self.context.room.to_string(),
            epoch: self.context.epoch,
            fingerprints: Fingerprints::new(practice, guest),
        }
    }

    /// With all candidates: they were there before.
    async fn describe(&mut self, kind: &'static str, sdp: String) -> Result<(), Failure> {
        let kind = kind.to_owned();
        self.seal(Kind::Description, &Description { kind, sdp }).await?;
        self.seal(Kind::Candidates, &[(); 0]).await
    }

    async fn seal(&mut self, kind: Kind, payload: &impl Serialize) -> Result<(), Failure> {
        let payload = serde_json::to_vec(payload).expect("a plain struct");
        let session = self.session.as_mut().expect("who describes itself has a session");
        let envelope = session.seal(kind, &payload);
        let envelope = envelope.map_err(|refusal| Failure::new(Step::Seal, refusal.to_string()))?;
        self.line.seal(&envelope).await
    }

    fn addresses(&self) -> Addresses {
        match self.settings.way {
            Way::Direct => Addresses {
                host: Some(self.sockets.host),
                reflexive: self.sockets.reflexive,
                relayed: None,
            },
            _ => Addresses {
                relayed: self.sockets.relayed(),
                ..Addresses::default()
            },
        }
    }

    fn ephemeral(&self) -> Ephemeral {
        // Not every 32 bytes are a P-256 scalar; four billion times out of four billion and one they are.
        std::iter::repeat_with(|| Ephemeral::new(&draw(), draw(), self.certificate.fingerprint))
            .flatten()
            .next()
            .expect("it repeats for ever")
    }

    // --- The end ---

    /// Says goodbye, and lets that leave.
    async fn part(&mut self) -> Result<(), Failure> {
        self.talk.part();
        self.answer()?;
        let end = Instant::now() + LAST_WORDS;
        let (_keep, mut never) = watch::channel(false);
        while Instant::now() < end && !self.is_over {
            let until = self.carry_out().await?.min(end);
            self.wait(until, &mut never).await?;
        }
        if let Some(connection) = &mut self.connection {
            connection.close().map_err(|error| broken(&self.steps, &error))?;
            self.carry_out().await?;
        }
        Ok(())
    }

    fn check_patience(&self) -> Result<(), Failure> {
        let is_waiting = self.session.is_none() && self.other.is_none();
        if is_waiting || self.is_complete || self.is_over || self.since.elapsed() < self.settings.patience {
            return Ok(());
        }
        let step = due(&self.steps);
        let seconds = self.settings.patience.as_secs();
        let what = match step {
            Step::Ice => format!(
                "no pair of addresses works, {seconds} s after the handshake ({})",
                self.settings.way.name()
            ),
            Step::Media => format!("sound or pictures did not come within {seconds} s"),
            _ => format!("the other end did not go on within {seconds} s"),
        };
        Err(Failure::new(step, what))
    }
}

/// The step that is waited for.
fn due(steps: &Steps) -> Step {
    let order = [Step::Seal, Step::Ice, Step::Dtls, Step::Data, Step::Admit];
    order.into_iter().find(|step| !steps.has(*step)).unwrap_or(Step::Media)
}

fn broken(steps: &Steps, error: &RtcError) -> Failure {
    Failure::new(due(steps), error.to_string())
}

fn not_described(error: &NotDescribed) -> Failure {
    Failure::new(Step::Seal, error.to_string())
}

fn read<'de, T: Deserialize<'de>>(payload: &'de [u8]) -> Result<T, Failure> {
    serde_json::from_slice(payload)
        .map_err(|error| Failure::new(Step::Seal, format!("the other end speaks another version: {error}")))
}

/// Kind 1 (docs/signalling.md section 4).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    #[serde(rename = "type")]
    kind: String,
    sdp: String,
}

/// Kind 2.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCandidate {
    candidate: String,
    #[serde(rename = "mid")]
    _mid: String,
}

fn visit_id() -> String {
    BASE64URL_NOPAD.encode(&draw::<16>())
}

const COMMIT: u8 = 1;
const HELLO_A: u8 = 2;
const HELLO_B: u8 = 3;
const ENVELOPE: u8 = 4;
/// Frames of each kind: by then they come one after the other.
const ENOUGH: u64 = 5;
/// How often an end looks at its patience where nothing else happens.
const IDLE: Duration = Duration::from_millis(250);
const LAST_WORDS: Duration = Duration::from_millis(300);
