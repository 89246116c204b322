//! Allocating and refreshing, once the credential has been found right: RFC 8656 sections 7 and 8.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::Duration,
};

use stun::turn::Token;

use super::{Allocation, Asker, Client, Expected, Grant, Model, Relayed, Value, Wish, error, family};

impl Model {
    /// RFC 8656 section 7.2, in its order.
    #[must_use]
    pub fn allocate(&self, asker: Asker<'_>, wish: &Wish) -> Expected {
        if let Some(there) = self.allocations.get(&asker.client) {
            return if there.id == asker.id && there.user == asker.user {
                Expected::Again
            } else {
                error(437)
            };
        }
        let mut codes = BTreeSet::new();
        // "At any point".
        codes.extend(self.exhausted(asker));
        if matches!(wish.lifetime, Some(Err(_))) {
            codes.insert(400);
        }
        let outcome = self.look_at(wish);
        codes.extend(outcome.as_ref().err());
        match outcome {
            Ok(grant) if codes.is_empty() => Expected::Allocated(grant),
            _ => Expected::Error(codes),
        }
    }

    fn look_at(&self, wish: &Wish) -> Result<Grant, u16> {
        match wish.transport {
            None | Some(Err(_)) => return Err(400),
            Some(Ok(17)) => {}
            Some(Ok(_)) => return Err(442),
        }
        let lifetime = lifetime(wish.lifetime);
        let grant = |families: &[u8]| Grant {
            families: families.iter().copied().collect(),
            lacking: None,
            is_even: matches!(wish.even, Some(Ok(_))),
            has_token: false,
            reserved: None,
            lifetime,
        };
        if matches!(wish.even, Some(Err(_))) {
            return Err(400);
        }
        if let Some(token) = wish.token {
            if wish.even.is_some() || wish.family.is_some() || wish.additional.is_some() {
                return Err(400);
            }
            let (address, _) = self.reserved.get(&token.map_err(|_| 400_u16)?).ok_or(508_u16)?;
            return Ok(Grant {
                reserved: Some(*address),
                ..grant(&[family(address.ip())])
            });
        }
        if wish.family.is_some() && wish.additional.is_some() {
            return Err(400);
        }
        let pair = matches!(wish.even, Some(Ok(true)));
        if let Some(additional) = wish.additional {
            if pair || additional != Ok(2) {
                return Err(400);
            }
            return match (
                self.has_room(1, grant(&[]).is_even, false),
                self.has_room(2, grant(&[]).is_even, false),
            ) {
                (Ok(()), Ok(())) => Ok(grant(&[1, 2])),
                (Ok(()), Err(code)) => Ok(Grant {
                    lacking: Some((2, code)),
                    ..grant(&[1])
                }),
                (Err(code), Ok(())) => Ok(Grant {
                    lacking: Some((1, code)),
                    ..grant(&[2])
                }),
                (Err(_), Err(_)) => Err(508),
            };
        }
        let wanted = match wish.family {
            None => 1,
            Some(Ok(number @ (1 | 2))) => number,
            Some(Ok(_)) => return Err(440),
            Some(Err(_)) => return Err(400),
        };
        self.has_room(wanted, grant(&[]).is_even, pair)?;
        Ok(Grant {
            has_token: pair,
            ..grant(&[wanted])
        })
    }

    /// What the real one has chosen.
    ///
    /// # Panics
    /// When that is not what was promised.
    pub fn granted(&mut self, asker: Asker<'_>, grant: &Grant, relayed: &[SocketAddr], token: Option<Token>) {
        let families: BTreeSet<u8> = relayed.iter().map(|it| family(it.ip())).collect();
        assert_eq!(
            (&families, relayed.len()),
            (&grant.families, families.len()),
            "the families asked for, each once"
        );
        for &address in relayed {
            assert_eq!(self.own[&family(address.ip())], address.ip(), "an address of the relay");
            match grant.reserved {
                Some(reserved) => assert_eq!(address, reserved, "the address that was kept"),
                None => assert!(self.is_free(address), "{address} was free"),
            }
            assert!(!grant.is_even || address.port().is_multiple_of(2), "an even port");
        }
        if grant.reserved.is_some() {
            self.reserved.retain(|_, (address, _)| Some(*address) != grant.reserved);
        }
        assert_eq!(
            token.is_some(),
            grant.has_token,
            "a token where the next port is to be kept"
        );
        if let Some(token) = token {
            let next = SocketAddr::new(relayed[0].ip(), relayed[0].port() + 1);
            assert!(self.is_free(next), "{next} was free");
            assert!(
                self.reserved.insert(token, (next, self.now + RESERVED)).is_none(),
                "a new token"
            );
        }
        let until = self.now + Duration::from_secs(grant.lifetime.into());
        let allocation = Allocation {
            user: asker.user.to_owned(),
            network: asker.network,
            id: asker.id,
            relayed: relayed
                .iter()
                .map(|&address| (family(address.ip()), Relayed { address, until }))
                .collect(),
            lacking: grant.lacking,
            token,
            permissions: BTreeMap::new(),
            channels: Vec::new(),
        };
        self.allocations.insert(asker.client, allocation);
    }

    /// Section 8: of a dual allocation one family, or both where none is named.
    pub fn refresh(&mut self, client: Client, user: &str, asked: Value<u32>, of: Value<u8>) -> Expected {
        let now = self.now;
        let allocation = match self.own_allocation(client, user) {
            Ok(allocation) => allocation,
            Err(code) => return error(code),
        };
        let mut codes = BTreeSet::new();
        match of {
            Some(Err(_)) => codes.extend([400]),
            Some(Ok(number)) if !(1..=2).contains(&number) => codes.extend([440]),
            Some(Ok(number)) if !allocation.relayed.contains_key(&number) => codes.extend([443]),
            _ => {}
        }
        if matches!(asked, Some(Err(_))) {
            codes.insert(400);
        }
        if !codes.is_empty() {
            return Expected::Error(codes);
        }
        let is_meant = |number: u8| of.is_none_or(|of| of == Ok(number));
        if asked == Some(Ok(0)) {
            allocation.keep(|relayed| !is_meant(family(relayed.address.ip())));
            if allocation.relayed.is_empty() {
                self.allocations.remove(&client);
            }
            return Expected::Lifetime(0);
        }
        let given = lifetime(asked);
        for (number, relayed) in &mut allocation.relayed {
            if is_meant(*number) {
                relayed.until = now + Duration::from_secs(given.into());
            }
        }
        Expected::Lifetime(given)
    }

    fn exhausted(&self, asker: Asker<'_>) -> Option<u16> {
        let all = || self.allocations.values();
        let count = |count: usize| u32::try_from(count).expect("tests allocate little");
        if count(all().count()) >= self.limits.all {
            return Some(508);
        }
        let is_over = count(all().filter(|it| it.user == asker.user).count()) >= self.limits.of_user
            || count(all().filter(|it| it.network == asker.network).count()) >= self.limits.of_address;
        is_over.then_some(486)
    }

    fn has_room(&self, number: u8, is_even: bool, pair: bool) -> Result<(), u16> {
        let &ip = self.own.get(&number).ok_or(440_u16)?;
        let fits = |port: u16| {
            self.is_free(SocketAddr::new(ip, port))
                && (!is_even || port.is_multiple_of(2))
                && (!pair || self.is_free(SocketAddr::new(ip, port + 1)))
        };
        if self.ports.clone().any(fits) { Ok(()) } else { Err(508) }
    }

    fn is_free(&self, address: SocketAddr) -> bool {
        self.ports.contains(&address.port())
            && !self.taken.contains(&address.port())
            && !self.elsewhere.contains(&address.port())
            && !self.relayed().contains(&address)
            && !self.reserved.values().any(|(reserved, _)| *reserved == address)
    }
}

fn lifetime(asked: Value<u32>) -> u32 {
    match asked {
        Some(Ok(seconds)) => seconds.clamp(600, 3_600),
        _ => 600,
    }
}

/// Ours: at least 30 s by the RFC.
const RESERVED: Duration = Duration::from_secs(30);
