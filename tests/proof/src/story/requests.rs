//! What clients ask for, rightly and wrongly, and what they are answered.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use stun::{Class, Method, attribute::AttributeType as A, turn::Network};

use super::{SECRET, Story};
use crate::{
    choices::Choices,
    model::{Asker, Client, Expected, Model},
    question::{Question, UNKNOWN, What},
    wire::{self, Hash, Reply, User},
    world::{Act, DATE},
};

impl Story {
    pub(super) fn asks(&mut self, choices: &mut Choices<'_>, client: Client, what: What) {
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
    pub(super) fn asks_again(&mut self, client: Client) {
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

/// The number of the user whose credential ends.
const EPHEMERAL: usize = 2;
/// What the operator has allowed here; nothing else that is asked for is open.
const OPEN: [&str; 2] = ["192.0.2.0/24", "2001:db8:9::/48"];
