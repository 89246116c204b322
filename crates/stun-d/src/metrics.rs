//! What was counted, for Prometheus. No label is an address or a user.

use daemon::metrics::{Kind, Text, Watched};
use stun::turn::Quotas;

use crate::{
    control::Control,
    meter::{Count, Entrance},
};

impl Watched for Control {
    fn tell(&self, text: &mut Text) {
        let counted = self.counted();
        for Family {
            name,
            kind,
            help,
            counts,
        } in FAMILIES
        {
            let mut family = text.family(name, *kind, help);
            for (entrance, counted) in &counted {
                for (labels, count) in *counts {
                    let labels = [&[("transport", word(*entrance))], *labels].concat();
                    family.sample(&labels, counted.of(*count));
                }
            }
        }
        let help = "Error responses, by their code.";
        let mut errors = text.family("visite_stun_errors_total", Kind::Counter, help);
        for (entrance, counted) in &counted {
            for (code, count) in &counted.errors {
                errors.sample(&[("transport", word(*entrance)), ("code", &code.to_string())], count);
            }
        }
        self.calls().tell(text);
        if let Some(quotas) = self.quotas() {
            tell_quotas(quotas, text);
        }
    }

    /// It needs nobody, and whoever can ask is served.
    async fn ready(&self) -> Result<(), String> {
        Ok(())
    }
}

fn tell_quotas(quotas: &Quotas, text: &mut Text) {
    let usage = quotas.usage();
    for (name, help, value) in [
        (
            "allocations_max",
            "Allocations that there may be at a time.",
            u64::from(usage.limits.all),
        ),
        ("tags", "Tags that have an allocation.", usage.tags as u64),
        (
            "tags_exhausted",
            "Tags that have all the allocations they may.",
            usage.exhausted_tags as u64,
        ),
        ("tags_barred", "Tags that are given no allocation.", usage.barred as u64),
        (
            "networks",
            "Networks of clients that have an allocation.",
            usage.addresses as u64,
        ),
        (
            "networks_exhausted",
            "Networks of clients that have all the allocations they may.",
            usage.exhausted_addresses as u64,
        ),
        (
            "draining",
            "1: no new allocations are given.",
            u64::from(usage.is_draining),
        ),
    ] {
        text.gauge(&format!("visite_relay_{name}"), help, value);
    }
}

fn word(entrance: Entrance) -> &'static str {
    match entrance {
        Entrance::Udp => "udp",
        Entrance::Tcp => "tcp",
        Entrance::Tls => "tls",
        Entrance::Dtls => "dtls",
    }
}

type Label = daemon::metrics::Label<'static>;

/// What is counted by transport alone, or by one label more.
struct Family {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    counts: &'static [(&'static [Label], Count)],
}

const FAMILIES: &[Family] = &[
    Family {
        name: "visite_stun_bindings_total",
        kind: Kind::Counter,
        help: "Addresses told (Binding success responses).",
        counts: &[(&[], Count::Bindings)],
    },
    Family {
        name: "visite_stun_rate_limited_total",
        kind: Kind::Counter,
        help: "Requests that were not answered since their network asked too much.",
        counts: &[(&[], Count::RateLimited)],
    },
    Family {
        name: "visite_relay_allocations",
        kind: Kind::Gauge,
        help: "Allocations.",
        counts: &[(&[], Count::Allocations)],
    },
    Family {
        name: "visite_relay_allocated_total",
        kind: Kind::Counter,
        help: "Allocations since the start.",
        counts: &[(&[], Count::Allocated)],
    },
    Family {
        name: "visite_relay_packets_total",
        kind: Kind::Counter,
        help: "Packets relayed.",
        counts: &[
            (&[("direction", "to_peers")], Count::PacketsToPeers),
            (&[("direction", "to_clients")], Count::PacketsToClients),
        ],
    },
    Family {
        name: "visite_relay_bytes_total",
        kind: Kind::Counter,
        help: "Bytes relayed, without what wraps them.",
        counts: &[
            (&[("direction", "to_peers")], Count::BytesToPeers),
            (&[("direction", "to_clients")], Count::BytesToClients),
        ],
    },
    Family {
        name: "visite_relay_not_relayed_total",
        kind: Kind::Counter,
        help: "Packets that were not relayed, by what they lacked.",
        counts: &[
            (&[("lacking", "permission")], Count::WithoutPermission),
            (&[("lacking", "bandwidth")], Count::OverBandwidth),
        ],
    },
];
