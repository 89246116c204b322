//! The relay and the model side by side: bytes choose what clients, peers and time do, and after each deed both have to agree on every answer, every datagram and everything
//! that is left.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use stun::{
    Class, Method,
    attribute::AttributeType as A,
    turn::{Credentials, FiveTuple, Limits, Network, Peers, Transport, tag},
};

use crate::{
    choices::Choices,
    model::{Asker, Client, Expected, Impossible, Model, Path},
    question::{self, Question, UNKNOWN, What},
    wire::{self, Hash, Reply, User},
    world::{Act, Begin, DATE, World},
};

/// Tells the story that these bytes are.
///
/// # Panics
/// When relay and model disagree.
pub fn tell(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let mut story = Story::new(&mut choices);
    for _ in 0..LONGEST {
        if choices.is_over() {
            break;
        }
        story.go_on(&mut choices);
        story.compare();
    }
    story.end();
}

struct Story {
    world: World,
    model: Model,
    clients: Vec<FiveTuple>,
    /// Those who act: with few of them a story goes deeper.
    cast: Vec<Client>,
    users: Vec<User>,
    /// Each client's last request, which it may send again.
    last: BTreeMap<Client, Said>,
    /// An old nonce of each client, and when it was given.
    nonces: BTreeMap<Client, (Vec<u8>, Duration)>,
    count: u64,
}

/// What a client has said, and when the nonce in it was given.
type Said = (Question, Vec<u8>, Duration);

impl Story {
    fn new(choices: &mut Choices<'_>) -> Self {
        let shape = choices.byte();
        let pairs: &[(&str, &str)] = match shape % 4 {
            0 | 1 => &[("10.9.0.1", "203.0.113.1"), ("2001:db8::1", "2001:db8::1")],
            2 => &[("203.0.113.1", "203.0.113.1")],
            _ => &[("2001:db8::1", "2001:db8::1")],
        };
        let ips = |of: fn(&(&str, &str)) -> String| {
            pairs
                .iter()
                .map(of)
                .map(|ip| ip.parse().expect("an address"))
                .collect::<Vec<_>>()
        };
        let (inner, outer) = (ips(|it| it.0.to_owned()), ips(|it| it.1.to_owned()));
        let small = shape & 4 != 0;
        let limits = Limits {
            of_user: if small { 2 } else { 10 },
            of_address: if small { 3 } else { 10 },
            all: if small { 4 } else { 100 },
        };
        let networks = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| text.parse::<Network>().expect("a network"))
                .collect::<Vec<_>>()
        };
        let begin = Begin {
            inner,
            outer: outer.clone(),
            ports: 50_000..=50_009,
            limits,
            peers: Peers::new(
                networks(&["192.0.2.66/32"]),
                networks(&["192.0.2.0/24", "2001:db8:9::/48"]),
            ),
            credentials: Credentials::none()
                .with_secret(SECRET)
                .with_user("ada", "lovelace")
                .with_user("ben", "bitdiddle"),
            seed: u64::from(choices.byte()),
            taken: if shape & 8 != 0 { [50_003].into() } else { [].into() },
            elsewhere: if shape & 16 != 0 { [50_005].into() } else { [].into() },
        };
        let model = Model {
            now: Duration::from_secs(10_000),
            allocations: BTreeMap::new(),
            reserved: BTreeMap::new(),
            outer: begin.inner.iter().copied().zip(outer.iter().copied()).collect(),
            own: outer.iter().map(|&ip| (crate::model::family(ip), ip)).collect(),
            ports: begin.ports.clone(),
            taken: begin.taken.clone(),
            elsewhere: begin.elsewhere.clone(),
            limits,
        };
        Self {
            world: World::new(begin),
            model,
            clients: clients(),
            cast: match choices.byte() {
                0..100 => vec![choices.below(6), choices.below(6)],
                100..150 => vec![choices.below(6)],
                _ => (0..6).collect(),
            },
            users: vec![
                User::new("ada", "lovelace"),
                User::new("ben", "bitdiddle"),
                User::ephemeral(SECRET, DATE + 4_000),
            ],
            last: BTreeMap::new(),
            nonces: BTreeMap::new(),
            count: 0,
        }
    }

    fn go_on(&mut self, choices: &mut Choices<'_>) {
        let client = choices.pick(&self.cast);
        match choices.below(16) {
            0..=2 => {
                let what = question::allocate(&self.model, choices);
                self.asks(choices, client, what);
            }
            3 => {
                let lifetime = question::lifetime(choices);
                let family = if choices.once_in(3) {
                    question::family(choices)
                } else {
                    None
                };
                self.asks(choices, client, What::Refresh { lifetime, family });
            }
            4 | 5 => {
                let peers = question::peers(&self.model, choices);
                self.asks(choices, client, What::Permit { peers });
            }
            6 | 7 => {
                let number = choices.pick(&[
                    Some(Ok(0x4000)),
                    Some(Ok(0x4001)),
                    Some(Ok(0x4002)),
                    Some(Ok(0x4fff)),
                    Some(Ok(0x5000)),
                    Some(Ok(0x3fff)),
                    None,
                    Some(Err(Impossible)),
                ]);
                let peer = question::peer(&self.model, choices);
                let peer = choices.pick(&[
                    Some(Ok(peer)),
                    Some(Ok(peer)),
                    Some(Ok(peer)),
                    Some(Ok(peer)),
                    None,
                    Some(Err(Impossible)),
                ]);
                self.asks(choices, client, What::Bind { number, peer });
            }
            8 | 9 => self.sends(choices, client),
            10 => self.says(choices, client),
            11 | 12 => self.comes(choices),
            13 => self.asks_again(client),
            14 => {
                let ends = self.model.ends();
                let time = if !ends.is_empty() && choices.once_in(2) {
                    // To just before something's end, or to the end itself.
                    let early = Duration::from_millis(choices.pick(&[0, 0, 1, 500]));
                    (choices.pick(&ends) - self.model.now).saturating_sub(early)
                } else {
                    Duration::from_millis(
                        choices.pick(&[0, 1, 999, 5_000, 29_000, 60_000, 299_000, 301_000, 600_000, 1_800_000]),
                    )
                };
                self.passes(time);
            }
            _ => self.stranger_things(choices, client),
        }
    }

    // --- Requests ---

    fn asks(&mut self, choices: &mut Choices<'_>, client: Client, what: What) {
        self.count += 1;
        // Now and then the number of an earlier request, as if that came again, changed.
        let number = if choices.once_in(12) {
            self.count.saturating_sub(1)
        } else {
            self.count
        };
        let mut id = [7; 12];
        id[4..].copy_from_slice(&number.to_be_bytes());
        let question = Question {
            // Most of the time each has a credential of its own, so that its requests lead somewhere.
            user: if choices.once_in(6) {
                choices.below(self.users.len())
            } else {
                client % self.users.len()
            },
            id,
            what,
            hash: choices.pick(&[Hash::Sha1, Hash::Sha1, Hash::Sha256]),
            is_marked: choices.once_in(3),
        };
        if choices.once_in(8) {
            return self.asks_wrongly(choices, client, &question);
        }
        let nonce = self.nonce(client);
        let bytes = question.write(&self.users[question.user], Some(&nonce));
        let given = self.nonces[&client].1;
        self.last.insert(client, (question.clone(), bytes.clone(), given));
        self.hears(client, &question, &bytes);
    }

    /// The very same bytes once more, with a nonce that may be too old by now.
    fn asks_again(&mut self, client: Client) {
        let Some((question, bytes, given)) = self.last.get(&client).cloned() else {
            return;
        };
        match self.model.now - given {
            age if age < Duration::from_secs(1_800) => self.hears(client, &question, &bytes),
            age if age > Duration::from_secs(3_600) => self.refuses(client, &bytes, &[438]),
            // It may be either; what it leads to is the story's again.
            _ => {}
        }
    }

    /// What the relay answers is what the model expects.
    fn hears(&mut self, client: Client, question: &Question, bytes: &[u8]) {
        let act = self.world.hear_client(self.clients[client], bytes);
        let Act::Answer(answer) = act else {
            panic!("{question:?} of {client} was not answered: {act:?}")
        };
        let reply = Reply::read(&answer);
        assert_eq!((reply.method, reply.id), (question.method(), question.id));
        let user = &self.users[question.user];
        if question.user == EPHEMERAL && self.world.now.date >= Duration::from_secs(DATE + 4_000) {
            assert_eq!(
                (reply.class, reply.code()),
                (Class::Error, 401),
                "a credential that has ended"
            );
            return;
        }
        let key = user.key(question.hash);
        assert!(reply.is_proven(&key), "an answer to a proven request is proven");
        let proof = match question.hash {
            Hash::Sha1 => A::MESSAGE_INTEGRITY,
            Hash::Sha256 => A::MESSAGE_INTEGRITY_SHA256,
        };
        let with = |types: &[A]| {
            let mut all: Vec<u16> = types.iter().chain([&proof]).map(|kind| kind.0).collect();
            all.extend(question.is_marked.then_some(A::FINGERPRINT.0));
            all.sort_unstable();
            all
        };
        if let What::Allocate { has_unknown: true, .. } = question.what {
            assert_eq!((reply.class, reply.code()), (Class::Error, 420));
            assert_eq!(reply.find(A::UNKNOWN_ATTRIBUTES), Some(&UNKNOWN.to_be_bytes()[..]));
            return;
        }
        let name = user.name.clone();
        let network = network(self.clients[client].client.ip());
        let asker = Asker {
            client,
            user: &name,
            network,
            id: question.id,
        };
        let expected = expect(&mut self.model, asker, question);
        let told = |kind| {
            reply
                .find(kind)
                .map(|value| u32::from_be_bytes(value.try_into().expect("four bytes")))
        };
        match &expected {
            Expected::Error(codes) => {
                assert_eq!(
                    reply.class,
                    Class::Error,
                    "{question:?} of {client} should be refused with {codes:?}"
                );
                assert!(
                    codes.contains(&reply.code()),
                    "{question:?} of {client}: {} instead of {codes:?}",
                    reply.code()
                );
                assert_eq!(reply.types(), with(&[A::ERROR_CODE]));
            }
            Expected::Done => assert_eq!(
                (reply.class, reply.code(), reply.types()),
                (Class::Success, 0, with(&[])),
                "{question:?} of {client}"
            ),
            Expected::Lifetime(seconds) => {
                assert_eq!(
                    (reply.class, reply.code()),
                    (Class::Success, 0),
                    "{question:?} of {client}"
                );
                assert_eq!(
                    (told(A::LIFETIME), reply.types()),
                    (Some(*seconds), with(&[A::LIFETIME]))
                );
            }
            Expected::Allocated(_) | Expected::Again => {
                assert_eq!(
                    (reply.class, reply.code()),
                    (Class::Success, 0),
                    "{question:?} of {client} should be granted: {expected:?}"
                );
                let token = reply
                    .find(A::RESERVATION_TOKEN)
                    .map(|token| token.try_into().expect("eight bytes"));
                let relayed = reply.addresses(A::XOR_RELAYED_ADDRESS);
                if let Expected::Allocated(grant) = &expected {
                    self.model.granted(asker, grant, &relayed, token);
                }
                let there = &self.model.allocations[&client];
                assert_eq!(
                    (relayed, token),
                    (there.relayed.values().map(|it| it.address).collect(), there.token)
                );
                let until = there.relayed.values().map(|it| it.until).min();
                assert_eq!(
                    told(A::LIFETIME).map(u64::from),
                    until.map(|until| (until - self.model.now).as_secs())
                );
                assert_eq!(reply.addresses(A::XOR_MAPPED_ADDRESS), [self.clients[client].client]);
                let lacking = there
                    .lacking
                    .map(|(family, code)| vec![family, 0, (code / 100) as u8, (code % 100) as u8]);
                assert_eq!(reply.find(A::ADDRESS_ERROR_CODE), lacking.as_deref());
                let mut types = vec![A::XOR_RELAYED_ADDRESS, A::LIFETIME, A::XOR_MAPPED_ADDRESS];
                types.extend(token.map(|_| A::RESERVATION_TOKEN));
                types.extend(lacking.map(|_| A::ADDRESS_ERROR_CODE));
                assert_eq!(reply.types(), with(&types));
            }
        }
    }

    /// The same request with a credential that is not right. Nothing changes.
    fn asks_wrongly(&mut self, choices: &mut Choices<'_>, client: Client, question: &Question) {
        let good = &self.users[question.user].clone();
        let nonce = self.nonce(client);
        let (bytes, code) = match choices.below(6) {
            0 => (question.write(&User::new(&good.name, "wrong"), Some(&nonce)), 401),
            1 => (question.write(&User::new("nobody", "lovelace"), Some(&nonce)), 401),
            2 => (question.write(&User::ephemeral(SECRET, DATE - 1), Some(&nonce)), 401),
            3 => (question.write(good, None), 400),
            4 => {
                // The first and the last have the same address.
                let others = self.nonce(if [0, 5].contains(&client) { 1 } else { 0 });
                (question.write(good, Some(&others)), 438)
            }
            _ => (
                wire::plain(question.method(), Class::Request, question.id, &question.attributes()),
                401,
            ),
        };
        self.refuses(client, &bytes, &[code]);
    }

    fn refuses(&mut self, client: Client, bytes: &[u8], codes: &[u16]) {
        let Act::Answer(answer) = self.world.hear_client(self.clients[client], bytes) else {
            panic!("a refusal is an answer");
        };
        let reply = Reply::read(&answer);
        assert_eq!(reply.class, Class::Error);
        assert!(codes.contains(&reply.code()), "{} instead of {codes:?}", reply.code());
        assert!(
            answer.len() * 5 <= bytes.len() * 8,
            "{} bytes for {}",
            answer.len(),
            bytes.len()
        );
    }

    /// A nonce that is good for a while, asked for when there is none.
    fn nonce(&mut self, client: Client) -> Vec<u8> {
        if let Some((nonce, given)) = self.nonces.get(&client)
            && self.model.now - *given < Duration::from_secs(1_800)
        {
            return nonce.clone();
        }
        let question = wire::plain(
            Method::ALLOCATE,
            Class::Request,
            [1; 12],
            &[(A::SOFTWARE, vec![b'x'; 40])],
        );
        let Act::Answer(answer) = self.world.hear_client(self.clients[client], &question) else {
            panic!("a challenge is an answer");
        };
        let challenge = Reply::read(&answer);
        assert_eq!(
            (challenge.class, challenge.code(), challenge.find(A::REALM)),
            (Class::Error, 401, Some(&b"turn"[..]))
        );
        let nonce = challenge.find(A::NONCE).expect("a challenge has a nonce").to_vec();
        self.nonces.insert(client, (nonce.clone(), self.model.now));
        nonce
    }

    // --- Data ---

    fn sends(&mut self, choices: &mut Choices<'_>, client: Client) {
        let peer = question::peer(&self.model, choices);
        let data = data(choices);
        let mut id = [3; 12];
        id[0] = choices.byte();
        let whole = choices.once_in(4);
        let mut attributes = vec![(A::XOR_PEER_ADDRESS, wire::hidden(peer, id)), (A::DATA, data.clone())];
        attributes.extend(whole.then(|| (A::DONT_FRAGMENT, Vec::new())));
        let flaw = choices.below(12);
        match flaw {
            0 => drop(attributes.remove(0)),
            1 => drop(attributes.remove(1)),
            2 => attributes.push((A(UNKNOWN), Vec::new())),
            3 => attributes[0].1.truncate(4),
            _ => {}
        }
        let path = if flaw < 4 {
            Path::Nowhere
        } else {
            self.model.send(client, peer)
        };
        let act = self.world.hear_client(
            self.clients[client],
            &wire::plain(Method::SEND, Class::Indication, id, &attributes),
        );
        self.goes(&path, &data, whole, act);
    }

    fn says(&mut self, choices: &mut Choices<'_>, client: Client) {
        let number = choices.pick(&[0x4000, 0x4001, 0x4002, 0x4fff, 0x5000, 0x7fff]);
        let data = data(choices);
        let mut bytes = wire::on_channel(number, &data);
        let path = match choices.below(12) {
            // Shorter than it says.
            0 if !data.is_empty() => {
                bytes.pop();
                Path::Nowhere
            }
            // What follows is padding.
            1 => {
                bytes.extend([0xee; 3]);
                self.model.say(client, number)
            }
            _ => self.model.say(client, number),
        };
        let act = self.world.hear_client(self.clients[client], &bytes);
        self.goes(&path, &data, false, act);
    }

    fn comes(&mut self, choices: &mut Choices<'_>) {
        let relayed: Vec<_> = self.model.relayed().into_iter().collect();
        if relayed.is_empty() {
            return;
        }
        let (at, peer, data) = (
            choices.pick(&relayed),
            question::peer(&self.model, choices),
            data(choices),
        );
        if at.is_ipv4() != peer.is_ipv4() {
            return;
        }
        let path = self.model.come(at, peer);
        let act = self.world.hear_peer(at, peer, &data);
        self.goes(&path, &data, false, act);
    }

    /// What was relayed has gone where the model says, and is what was sent.
    fn goes(&self, path: &Path, data: &[u8], whole: bool, act: Act) {
        match (path, act) {
            (Path::Nowhere, Act::Nothing) => {}
            (
                Path::Peer { from, to },
                Act::ToPeer {
                    from: real,
                    to: told,
                    data: sent,
                    whole: is_whole,
                },
            ) => {
                assert_eq!((real.ip(), real.port()), (from.ip(), from.port()));
                assert_eq!((sent.as_slice(), is_whole), (data, whole));
                assert_eq!(told, *to);
            }
            (
                Path::Neighbour { from, to },
                Act::ToNeighbour {
                    from: real,
                    to: told,
                    data: sent,
                },
            ) => assert_eq!((real, told, sent.as_slice()), (*from, *to, data)),
            (Path::Client { client, peer, channel }, Act::ToClient { client: told, bytes }) => {
                let tuple = self.clients[*client];
                assert_eq!(told, tuple);
                match channel {
                    Some(number) => {
                        let mut expected = wire::on_channel(*number, data);
                        if tuple.transport == Transport::Stream {
                            expected.resize(expected.len().next_multiple_of(4), 0);
                        }
                        assert_eq!(bytes, expected);
                    }
                    None => {
                        let reply = Reply::read(&bytes);
                        assert_eq!((reply.class, reply.method), (Class::Indication, Method::DATA));
                        assert_eq!(reply.types(), [A::XOR_PEER_ADDRESS.0, A::DATA.0]);
                        assert_eq!(
                            (reply.addresses(A::XOR_PEER_ADDRESS), reply.find(A::DATA)),
                            (vec![*peer], Some(data))
                        );
                    }
                }
            }
            (path, act) => panic!("{path:?} was expected, {act:?} was done"),
        }
    }

    // --- Everything else ---

    fn passes(&mut self, time: Duration) {
        let next = self.world.pass(time);
        self.model.pass(time);
        // It may look once too often: a reserved port that somebody has fetched ends without anything to do.
        if let Some(end) = self.model.next_end() {
            assert!(
                next.is_some_and(|next| next <= end),
                "something ends at {end:?}, not at {next:?}"
            );
        }
    }

    fn stranger_things(&mut self, choices: &mut Choices<'_>, client: Client) {
        match choices.below(6) {
            0 => {
                self.world.turn.gone(self.clients[client], &mut self.world.sockets);
                self.model.allocations.remove(&client);
            }
            1 => {
                let name = self.users[choices.below(self.users.len())].name.clone();
                let count = self.world.turn.revoke(tag(name.as_bytes()), &mut self.world.sockets);
                let before = self.model.allocations.len();
                self.model.allocations.retain(|_, it| it.user != name);
                assert_eq!(count, before - self.model.allocations.len());
            }
            2 => {
                let question = wire::plain(Method::BINDING, Class::Request, [2; 12], &[]);
                let Act::Answer(answer) = self.world.hear_client(self.clients[client], &question) else {
                    panic!("a Binding request is answered");
                };
                assert_eq!(
                    Reply::read(&answer).addresses(A::XOR_MAPPED_ADDRESS),
                    [self.clients[client].client]
                );
            }
            _ => {
                let count = choices.below(80);
                let noise = choices.take(count);
                let act = self.world.hear_client(self.clients[client], noise);
                let path = match noise.split_first_chunk::<4>() {
                    Some((&[first, second, high, low], rest)) if first & 0xc0 == 0x40 => {
                        let data = rest.get(..usize::from(u16::from_be_bytes([high, low])));
                        data.map(|data| (self.model.say(client, u16::from_be_bytes([first, second])), data))
                    }
                    _ => None,
                };
                match path {
                    Some((path, data)) => self.goes(&path, data, false, act),
                    None => assert!(
                        matches!(act, Act::Nothing | Act::Answer(_)),
                        "noise leads to nothing: {act:?}"
                    ),
                }
            }
        }
    }

    /// Both have the same left.
    fn compare(&self) {
        assert_eq!(self.world.open(), self.model.relayed(), "relayed addresses");
        let kept: BTreeMap<_, _> = self
            .model
            .reserved
            .iter()
            .map(|(token, (address, _))| (*token, *address))
            .collect();
        assert_eq!(self.world.reserved(), kept, "reserved addresses");
        assert_eq!(self.world.turn.statistics().allocations, self.model.allocations.len());
        assert_eq!(self.world.quotas.count() as usize, self.model.allocations.len());
    }

    fn end(&mut self) {
        self.passes(Duration::from_secs(3_601));
        self.compare();
        assert_eq!(self.model.allocations.len(), 0);
    }
}

/// What the model makes of a question.
fn expect(model: &mut Model, asker: Asker<'_>, question: &Question) -> Expected {
    let networks = OPEN.map(|open| open.parse::<Network>().expect("a network"));
    let is_open = |ip: IpAddr| networks.iter().any(|open| open.contains(ip)) && ip.to_string() != "192.0.2.66";
    let Asker { client, user, .. } = asker;
    match &question.what {
        What::Allocate { wish, .. } => model.allocate(asker, wish),
        What::Refresh { lifetime, family } => model.refresh(client, user, *lifetime, *family),
        What::Permit { peers } => model.permit(client, user, peers, is_open),
        What::Bind { number, peer } => model.bind(client, user, *number, *peer, is_open),
    }
}

fn data(choices: &mut Choices<'_>) -> Vec<u8> {
    let length = choices.pick(&[0, 1, 2, 3, 4, 5, 172, 1_200]);
    vec![choices.byte(); length]
}

/// Two of one address, two of one IPv6 network, a stream, and one that differs from the first by the relay's socket alone.
fn clients() -> Vec<FiveTuple> {
    let tuple = |transport, socket, client: &str| FiveTuple {
        transport,
        socket,
        server: if socket == 0 {
            "203.0.113.1:3478"
        } else {
            "203.0.113.1:443"
        }
        .parse()
        .expect("an address"),
        client: client.parse().expect("an address"),
    };
    vec![
        tuple(Transport::Udp, 0, "198.51.100.7:50000"),
        tuple(Transport::Udp, 0, "198.51.100.7:50001"),
        tuple(Transport::Udp, 0, "[2001:db8:7::1]:50000"),
        tuple(Transport::Udp, 0, "[2001:db8:7::2]:50000"),
        tuple(Transport::Stream, 0, "198.51.100.8:50000"),
        tuple(Transport::Udp, 1, "198.51.100.7:50000"),
    ]
}

/// Who is counted together.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

const SECRET: &[u8] = b"the operator's";
const EPHEMERAL: usize = 2;
/// What the operator has allowed here; nothing else that is asked for is open.
const OPEN: [&str; 2] = ["192.0.2.0/24", "2001:db8:9::/48"];
/// Deeds.
const LONGEST: usize = 400;
