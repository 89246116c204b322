//! From a link, or an appointment, to the seat.

use room::{ClientId, Seat, StreamId, wire::Joined};
use sealed::{Context, RoomId, RoomKey};
use serde::{Deserialize, Serialize};

use super::{Depth, Settings};
use crate::{
    chance::draw,
    connection::Certificate,
    device::{Appointment, Device},
    line::{Heard, Line, Pass},
    link::Link,
    server::Server,
    sockets::Sockets,
    steps::{Failure, Step, Steps},
    ways::Way,
    welcome::Welcome,
};

/// On its seat.
pub(super) struct Arrived<'a> {
    pub(super) side: Side<'a>,
    pub(super) context: Context,
    pub(super) room_key: RoomKey,
    pub(super) line: Line,
    pub(super) sockets: Sockets,
    pub(super) certificate: Certificate,
    pub(super) other: Option<StreamId>,
    pub(super) offered: Vec<Way>,
    pub(super) welcome: Option<Welcome>,
}

pub(super) enum Side<'a> {
    Guest(Link, Option<sealed::Guest>),
    Practice(&'a Device, Option<sealed::Practice>),
}

pub(super) async fn as_guest<'a>(link: &Link, settings: &Settings, steps: &mut Steps) -> Result<Arrived<'a>, Failure> {
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

pub(super) async fn as_practice<'a>(
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
