//! What the relay wants done, on its way out.

use std::os::fd::AsFd as _;

use stun::turn::{FiveTuple, Order};

use crate::{
    mail::{Datagram, Inbox, Outbox, Way},
    neighbours::Bundles,
    peers::Relays,
    shared::Owner,
    worker::Listener,
};

/// What is to be sent when all that a wake-up has brought is read.
pub(crate) struct Outgoing {
    outbox: Outbox,
    bundles: Bundles,
}

impl Outgoing {
    pub(crate) fn new(can_cut: bool, bundles: Bundles) -> Self {
        Self {
            outbox: Outbox::new(can_cut),
            bundles,
        }
    }

    pub(crate) fn answer(&mut self, way: Way<'_>, bytes: &[u8]) {
        self.outbox.write(way, bytes);
    }

    /// Puts what is relayed into the outbox; `datagram` is what it came in, where it is one of the inbox.
    pub(crate) fn carry_out(
        &mut self,
        order: &Order<'_>,
        datagram: Option<Datagram<'_>>,
        listeners: &[Listener],
        relays: &Relays,
    ) {
        let (way, data, wrapping) = match *order {
            Order::ToPeer {
                relay,
                peer,
                data,
                dont_fragment,
            } => {
                let Some(way) = relays.way(relay, peer, dont_fragment) else {
                    return;
                };
                (way, data, None)
            }
            Order::ToNeighbour {
                relay,
                from,
                to,
                bound,
                data,
            } => match relays.owner(bound) {
                Owner::Worker(number) => return self.bundles.add(number, from, to, data),
                Owner::Nobody => return,
                // It has no bell.
                Owner::Stream => {
                    let Some(way) = relays.way(relay, bound, false) else {
                        return;
                    };
                    (way, data, None)
                }
            },
            Order::ToClient {
                client,
                head,
                data,
                padding,
            } => (way_to(client, listeners), data, Some((head, padding))),
            Order::Silence | Order::Answer => return,
        };
        match datagram {
            Some(datagram) if wrapping.is_none() || datagram.is_alone() => {
                self.outbox.forward(way, datagram.part(data), wrapping);
            }
            _ => self.outbox.write_data(way, data, wrapping),
        }
    }

    pub(crate) fn send(&mut self, inbox: &mut Inbox) {
        self.outbox.send(inbox);
        self.bundles.send();
    }
}

pub(crate) fn way_to(client: FiveTuple, listeners: &[Listener]) -> Way<'_> {
    let listener = &listeners[client.socket as usize];
    Way {
        socket: listener.socket.as_fd(),
        to: client.client,
        source: listener.is_wildcard.then_some(client.server.ip()),
        dont_fragment: false,
    }
}
