//! What clients and peers send each other, and where it goes.

use stun::{Class, Method, attribute::AttributeType as A, turn::Transport};

use super::Story;
use crate::{
    choices::Choices,
    model::{Client, Path},
    question::{self, UNKNOWN},
    wire::{self, Reply},
    world::Act,
};

impl Story {
    pub(super) fn sends(&mut self, choices: &mut Choices<'_>, client: Client) {
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

    pub(super) fn says(&mut self, choices: &mut Choices<'_>, client: Client) {
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

    pub(super) fn comes(&mut self, choices: &mut Choices<'_>) {
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
    pub(super) fn goes(&self, path: &Path, data: &[u8], whole: bool, act: Act) {
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
}

fn data(choices: &mut Choices<'_>) -> Vec<u8> {
    let length = choices.pick(&[0, 1, 2, 3, 4, 5, 172, 1_200]);
    vec![choices.byte(); length]
}
