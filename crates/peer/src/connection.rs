//! The peer connection of docs/signalling.md section 5, on str0m: three media and two data channels, one offer, one answer.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

use sealed::Fingerprint;
use str0m::{
    Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcError,
    change::{SdpAnswer, SdpOffer, SdpPendingOffer},
    channel::{ChannelConfig, ChannelId},
    config::{DtlsCert, DtlsVersion},
    crypto::from_feature_flags,
    format::{Codec, PayloadParams},
    media::{Direction, MediaKind, MediaTime, Mid},
    net::{Protocol, Receive},
    rtp::{Extension, ExtensionMap},
};

use crate::{
    control::Control,
    media::{PICTURE_EVERY, PICTURES, SILENCE, SOUND_EVERY},
    sdp::{NotDescribed, reachable, usable},
};

/// A certificate for one visit.
pub(crate) struct Certificate {
    dtls: DtlsCert,
    pub(crate) fingerprint: Fingerprint,
}

impl Certificate {
    pub(crate) fn draw() -> Self {
        let provider = from_feature_flags();
        let dtls = provider.dtls_provider.generate_certificate();
        let dtls = dtls.expect("aws-lc-rs makes certificates");
        let fingerprint = Fingerprint(provider.sha256_provider.sha256(&dtls.certificate));
        Self { dtls, fingerprint }
    }
}

/// This end's addresses, by their kinds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Addresses {
    pub(crate) host: Option<SocketAddr>,
    /// As STUN saw the one before.
    pub(crate) reflexive: Option<SocketAddr>,
    /// The relay's; and the address from which that was reached is nobody's business.
    pub(crate) relayed: Option<SocketAddr>,
}

/// One connection to the other end. str0m wants to be asked for all that follows from one thing before it is told the next: each method here does so.
pub(crate) struct Connection {
    rtc: Rtc,
    told: VecDeque<Told>,
    /// When str0m wants to hear that time has passed.
    until: Instant,
    offer: Option<SdpPendingOffer>,
    control: ChannelId,
    media: Vec<(Mid, MediaKind)>,
    playing: Option<Playing>,
    pub(crate) received: Received,
}

/// Whole frames of sound and picture that came, in packets that were in order and rightly sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Received {
    /// Of sound, of 20 ms mostly.
    pub sound: u64,
    /// Pictures.
    pub pictures: u64,
}

#[derive(Clone, Copy)]
struct Playing {
    since: Instant,
    sound: u32,
    pictures: u32,
}

/// What is to be done, or has happened.
pub(crate) enum Told {
    Send {
        from: SocketAddr,
        to: SocketAddr,
        bytes: Vec<u8>,
    },
    /// A path is found.
    Path,
    /// DTLS stands, with the certificate of the description.
    Secured,
    /// `control` is open.
    Open,
    /// `None`: what is no message.
    Said(Option<Control>),
    Media,
    Closed,
    /// Nothing more before then.
    Until(Instant),
}

impl Connection {
    /// The guest's: the connection, and its offer.
    pub(crate) fn offering(certificate: &Certificate, addresses: Addresses, now: Instant) -> (Self, String) {
        let mut rtc = begin(certificate, addresses, now);
        let mut api = rtc.sdp_api();
        let kinds = [MediaKind::Audio, MediaKind::Video, MediaKind::Video];
        let media = kinds.map(|kind| (api.add_media(kind, Direction::SendRecv, None, None, None), kind));
        let control = api.add_channel_with_config(channel("control", 0));
        api.add_channel_with_config(channel("file", 1));
        let (offer, pending) = api.apply().expect("media are a change");
        let connection = Self {
            media: media.into(),
            ..Self::new(rtc, Some(pending), control, now)
        };
        (connection, offer.to_sdp_string())
    }

    /// The practice's: the connection, and its answer. It begins with DTLS.
    pub(crate) fn answering(
        certificate: &Certificate,
        addresses: Addresses,
        offer: &str,
        peer: Fingerprint,
        now: Instant,
    ) -> Result<(Self, String), NotDescribed> {
        let offer = usable(offer, peer)?.replace("a=setup:actpass", "a=setup:passive");
        let offer = SdpOffer::from_sdp_string(&offer).map_err(|error| NotDescribed::Sdp(error.to_string()))?;
        let mut rtc = begin(certificate, addresses, now);
        let control = rtc.direct_api().create_data_channel(channel("control", 0));
        rtc.direct_api().create_data_channel(channel("file", 1));
        let answer = rtc.sdp_api().accept_offer(offer);
        let answer = answer.map_err(|error| NotDescribed::Sdp(error.to_string()))?;
        Ok((Self::new(rtc, None, control, now), answer.to_sdp_string()))
    }

    fn new(rtc: Rtc, offer: Option<SdpPendingOffer>, control: ChannelId, now: Instant) -> Self {
        Self {
            rtc,
            told: VecDeque::new(),
            until: now,
            offer,
            control,
            media: Vec::new(),
            playing: None,
            received: Received::default(),
        }
    }

    /// The guest's: what its offer is answered with. A second answer is left out.
    pub(crate) fn take_answer(&mut self, answer: &str, peer: Fingerprint) -> Result<(), NotDescribed> {
        let answer = usable(answer, peer)?;
        let answer = SdpAnswer::from_sdp_string(&answer).map_err(|error| NotDescribed::Sdp(error.to_string()))?;
        let Some(offer) = self.offer.take() else { return Ok(()) };
        let taken = self.rtc.sdp_api().accept_answer(offer, answer);
        taken
            .and_then(|()| self.drain())
            .map_err(|error| NotDescribed::Sdp(error.to_string()))
    }

    /// One that this end can't reach, a name of the local network's for example, spoils no other.
    pub(crate) fn take_candidate(&mut self, candidate: &str) -> Result<(), RtcError> {
        let Some(candidate) = reachable(candidate) else {
            return Ok(());
        };
        self.rtc.add_remote_candidate(candidate);
        self.drain()
    }

    pub(crate) fn receive(
        &mut self,
        from: SocketAddr,
        to: SocketAddr,
        bytes: &[u8],
        now: Instant,
    ) -> Result<(), RtcError> {
        // What is neither STUN, DTLS nor SRTP is nobody's.
        let Ok(packet) = Receive::new(Protocol::Udp, from, to, bytes) else {
            return Ok(());
        };
        let input = Input::Receive(now, packet);
        if !self.rtc.accepts(&input) {
            return Ok(());
        }
        self.rtc.handle_input(input)?;
        self.drain()
    }

    /// Time has passed; sound and picture go on.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Result<(), RtcError> {
        if self.until <= now {
            self.rtc.handle_input(Input::Timeout(now))?;
            self.drain()?;
        }
        self.play(now)
    }

    /// What is next, to be asked until it is [`Told::Until`].
    pub(crate) fn poll(&mut self) -> Told {
        let until = self.next_frame().map_or(self.until, |next| next.min(self.until));
        match self.told.pop_front() {
            Some(told) => told,
            None if self.rtc.is_alive() => Told::Until(until),
            None => Told::Closed,
        }
    }

    pub(crate) fn say(&mut self, message: &Control) -> Result<(), RtcError> {
        if let Some(mut channel) = self.rtc.channel(self.control) {
            channel.write(false, message.to_json().as_bytes())?;
        }
        self.drain()
    }

    /// Sends silence and pictures from now on.
    pub(crate) fn attach_media(&mut self, now: Instant) {
        let (since, sound, pictures) = (now, 0, 0);
        self.playing.get_or_insert(Playing { since, sound, pictures });
    }

    pub(crate) fn detach_media(&mut self) {
        self.playing = None;
    }

    pub(crate) fn close(&mut self) -> Result<(), RtcError> {
        self.rtc.close()?;
        self.drain()
    }

    fn drain(&mut self) -> Result<(), RtcError> {
        loop {
            let told = match self.rtc.poll_output()? {
                Output::Timeout(until) => {
                    self.until = until;
                    return Ok(());
                }
                Output::Transmit(packet) => Some(Told::Send {
                    from: packet.source,
                    to: packet.destination,
                    bytes: packet.contents.into(),
                }),
                Output::Event(event) => self.heard(event),
            };
            self.told.extend(told);
        }
    }

    fn heard(&mut self, event: Event) -> Option<Told> {
        match event {
            Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed) => {
                Some(Told::Path)
            }
            Event::Connected => Some(Told::Secured),
            Event::ChannelOpen(id, _) if id == self.control => Some(Told::Open),
            Event::ChannelData(data) if data.id == self.control => Some(Told::Said(Control::parse(&data.data))),
            Event::MediaAdded(added) => {
                self.media.push((added.mid, added.kind));
                None
            }
            Event::MediaData(data) => {
                match data.params.spec().codec {
                    Codec::Vp8 => self.received.pictures += 1,
                    _ => self.received.sound += 1,
                }
                Some(Told::Media)
            }
            Event::ChannelClose(id) if id == self.control => Some(Told::Closed),
            Event::Closed => Some(Told::Closed),
            _ => None,
        }
    }

    fn next_frame(&self) -> Option<Instant> {
        let playing = self.playing.as_ref()?;
        let sound = playing.since + SOUND_EVERY * playing.sound;
        Some(sound.min(playing.since + PICTURE_EVERY * playing.pictures))
    }

    /// Writes what is due. An end that stood still for a while leaves out what was missed: it is past.
    fn play(&mut self, now: Instant) -> Result<(), RtcError> {
        let Some(playing) = &mut self.playing else {
            return Ok(());
        };
        if now > playing.since + SOUND_EVERY * playing.sound + PICTURE_EVERY {
            let missed = (now - playing.since).as_millis();
            playing.sound = u32::try_from(missed / SOUND_EVERY.as_millis()).unwrap_or(0);
            playing.pictures = u32::try_from(missed / PICTURE_EVERY.as_millis()).unwrap_or(0);
        }
        let Playing { since, sound, pictures } = *playing;
        let (at_sound, at_picture) = (SOUND_EVERY * sound, PICTURE_EVERY * pictures);
        let (has_sound, has_picture) = (since + at_sound <= now, since + at_picture <= now);
        playing.sound += u32::from(has_sound);
        playing.pictures += u32::from(has_picture);
        if has_sound {
            self.write(MediaKind::Audio, Codec::Opus, at_sound, SILENCE, now)?;
        }
        if has_picture {
            // Each for a second.
            let picture = PICTURES[(pictures / 10 % 2) as usize];
            self.write(MediaKind::Video, Codec::Vp8, at_picture, picture, now)?;
        }
        Ok(())
    }

    /// Into the first section of this kind: the second of pictures is for the screen.
    fn write(
        &mut self,
        kind: MediaKind,
        codec: Codec,
        at: Duration,
        frame: &[u8],
        now: Instant,
    ) -> Result<(), RtcError> {
        let section = self.media.iter().find(|(_, of)| *of == kind);
        let Some(writer) = section.and_then(|(mid, _)| self.rtc.writer(*mid)) else {
            return Ok(());
        };
        let mut params = writer.payload_params();
        let Some(pt) = params
            .find(|params| params.spec().codec == codec)
            .map(PayloadParams::pt)
        else {
            return Ok(());
        };
        drop(params);
        let time = MediaTime::from_micros(u64::try_from(at.as_micros()).unwrap_or(u64::MAX));
        writer.write(pt, now, time, frame.to_vec())?;
        self.drain()
    }
}

fn begin(certificate: &Certificate, addresses: Addresses, now: Instant) -> Rtc {
    let mut extensions = ExtensionMap::empty();
    // Not the one that tells everybody on the way who speaks when (RFC 6464).
    extensions.set(2, Extension::AbsoluteSendTime);
    extensions.set(3, Extension::TransportSequenceNumber);
    extensions.set(4, Extension::RtpMid);
    let mut rtc = Rtc::builder()
        .set_crypto_provider(from_feature_flags().into())
        .set_dtls_cert(certificate.dtls.clone())
        .set_dtls_version(DtlsVersion::Auto)
        .set_extension_map(extensions)
        .clear_codecs()
        .enable_opus(true, false)
        .enable_vp8(true)
        .build(now);
    let Addresses {
        host,
        reflexive,
        relayed,
    } = addresses;
    let udp = Protocol::Udp;
    let host_candidate = host.and_then(|host| Candidate::host(host, udp).ok());
    let seen = host
        .zip(reflexive)
        .and_then(|(host, seen)| Candidate::server_reflexive(seen, host, udp).ok());
    let relayed = relayed.and_then(|relayed| Candidate::relayed(relayed, relayed, udp).ok());
    for candidate in [host_candidate, seen, relayed].into_iter().flatten() {
        rtc.add_local_candidate(candidate);
    }
    rtc
}

fn channel(label: &str, id: u16) -> ChannelConfig {
    ChannelConfig {
        label: label.to_owned(),
        negotiated: Some(id),
        ..ChannelConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offer_is_as_the_protocol_wants_it() {
        let certificate = Certificate::draw();
        let addresses = Addresses {
            host: Some("192.0.2.1:50000".parse().expect("an address")),
            ..Addresses::default()
        };

        let (_, offer) = Connection::offering(&certificate, addresses, Instant::now());

        let kinds: Vec<&str> = offer
            .lines()
            .filter_map(|line| line.strip_prefix("m=")?.split(' ').next())
            .collect();
        assert_eq!(kinds, ["audio", "video", "video", "application"]);
        assert_eq!(offer.matches("a=sendrecv").count(), 3, "{offer}");
        assert!(
            offer.contains("a=group:BUNDLE ") && !offer.contains("ssrc-audio-level"),
            "{offer}"
        );
        assert!(offer.contains("192.0.2.1 50000 typ host"), "{offer}");
        assert!(usable(&offer, certificate.fingerprint).is_ok());
        assert!(matches!(
            usable(&offer, Fingerprint([0; 32])),
            Err(NotDescribed::Certificate)
        ));
        assert!(usable("v=0\r\n", certificate.fingerprint).is_err());
    }

    #[test]
    fn the_answer_begins_with_dtls() {
        let (guest, practice) = (Certificate::draw(), Certificate::draw());
        let (_, offer) = Connection::offering(&guest, Addresses::default(), Instant::now());

        let answered = Connection::answering(
            &practice,
            Addresses::default(),
            &offer,
            guest.fingerprint,
            Instant::now(),
        );

        let (_, answer) = answered.expect("an answer");
        assert!(answer.contains("a=setup:active"), "{answer}");
        assert_eq!(answer.matches("a=sendrecv").count(), 3, "{answer}");
    }
}
