//! From the seat to the end.

use std::time::{Duration, Instant};

use room::StreamId;
use sealed::{Context, RoomKey, Session};
use str0m::RtcError;
use tokio::sync::{mpsc, watch};

use super::{
    Depth, Happened, Report, Settings,
    arrive::{Arrived, Side},
    talk::{Act, Talk},
};
use crate::{
    connection::{Certificate, Connection, Received, Told},
    line::{Heard, Line},
    sockets::Sockets,
    steps::{Failure, Step, Steps},
    ways::Way,
};

/// From the seat to the end.
pub(super) struct UnderWay<'a> {
    pub(super) side: Side<'a>,
    pub(super) context: Context,
    pub(super) room_key: RoomKey,
    pub(super) line: Line,
    pub(super) sockets: Sockets,
    pub(super) certificate: Certificate,
    pub(super) other: Option<StreamId>,
    pub(super) session: Option<Session>,
    pub(super) safety_code: String,
    pub(super) offered: Vec<Way>,
    pub(super) connection: Option<Connection>,
    pub(super) talk: Talk,
    pub(super) settings: Settings,
    pub(super) steps: Steps,
    /// When something last went on.
    pub(super) since: Instant,
    pub(super) is_complete: bool,
    pub(super) is_over: bool,
    pub(super) happened: mpsc::UnboundedSender<Happened>,
}

/// What woke this end.
enum Woken {
    Line(Heard),
    Stopped,
    Packet,
}

impl<'a> UnderWay<'a> {
    pub(super) fn new(
        arrived: Arrived<'a>,
        settings: Settings,
        steps: Steps,
        happened: mpsc::UnboundedSender<Happened>,
    ) -> Self {
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

    pub(super) async fn go(&mut self, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
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
            match connection.poll() {
                Told::Until(until) => return Ok(until.min(idle)),
                Told::Send { from, to, bytes } => self.sockets.send(from, to, &bytes).await,
                Told::Path => self.done(Step::Ice),
                Told::Secured => self.done(Step::Dtls),
                Told::Open => self.talk.open(),
                Told::Said(Some(message)) => self.talk.hear(message),
                Told::Said(None) => {
                    return Err(Failure::new(
                        Step::Data,
                        "the other end said something that is no message",
                    ));
                }
                Told::Media => self.media_came(),
                Told::Closed => {
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
                Act::Say(message) => connection.say(&message),
                Act::Greeted => {
                    self.steps.done(Step::Data);
                    self.since = Instant::now();
                    Ok(())
                }
                Act::Admitted => {
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
                Act::Held => {
                    connection.detach_media();
                    Ok(())
                }
                Act::Parted => {
                    self.is_over = true;
                    Ok(())
                }
                Act::Refused(what) => return Err(Failure::new(Step::Admit, what)),
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

    pub(super) fn done(&mut self, step: Step) {
        // A path may come and go; a step is done once.
        if !self.steps.has(step) {
            self.steps.done(step);
            self.since = Instant::now();
        }
    }

    /// Gives everything back, and tells what was seen.
    pub(super) async fn leave(mut self) -> Report {
        self.line.leave().await;
        self.sockets.release().await;
        Report {
            steps: self.steps,
            peer: self.talk.peer,
            is_signed: self.talk.is_signed,
            round_trip: self.talk.round_trip,
            received: self
                .connection
                .map(|connection| connection.received)
                .unwrap_or_default(),
            safety_code: self.safety_code,
            offered: self.offered,
        }
    }

    /// Says goodbye, and lets that leave.
    async fn part(&mut self) -> Result<(), Failure> {
        self.talk.part();
        self.answer()?;
        let end = Instant::now() + LAST_WORDS;
        let (_keep, mut never) = watch::channel(false);
        while Instant::now() < end && !self.is_over {
            let until = self.carry_out().await?.min(end);
            if self.wait(until, &mut never).await.is_err() {
                // The other end has heard it, and cancelled the appointment.
                break;
            }
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

pub(super) fn broken(steps: &Steps, error: &RtcError) -> Failure {
    Failure::new(due(steps), error.to_string())
}

/// Frames of each kind: by then they come one after the other.
const ENOUGH: u64 = 5;
/// How often an end looks at its patience where nothing else happens.
const IDLE: Duration = Duration::from_millis(250);
const LAST_WORDS: Duration = Duration::from_millis(300);
