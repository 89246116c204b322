//! Attributes: RFC 8489 section 14.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use crate::message::{MAGIC_COOKIE, TransactionId};

/// One attribute of a message.
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    pub kind: AttributeType,
    /// Without padding.
    pub value: &'a [u8],
    /// Where its header begins in the message: what a proof covers ends here.
    pub(crate) at: usize,
}

impl Attribute<'_> {
    /// The value as an address that is hidden by the magic cookie and the transaction id (XOR-MAPPED-ADDRESS and its like; RFC 8489 section 14.2). `None` when it
    /// is none.
    #[must_use]
    pub fn xor_address(&self, id: TransactionId) -> Option<SocketAddr> {
        let (head, address) = self.value.split_first_chunk::<4>()?;
        let mask = mask(id);
        let port = u16::from_be_bytes([head[2] ^ mask[0], head[3] ^ mask[1]]);
        let ip: IpAddr = match head[1] {
            IPV4 => Ipv4Addr::from(xor::<4>(address.try_into().ok()?, mask)).into(),
            IPV6 => Ipv6Addr::from(xor::<16>(address.try_into().ok()?, mask)).into(),
            _ => return None,
        };
        Some(SocketAddr::new(ip, port))
    }

    /// The value as ERROR-CODE: 300 to 699 (RFC 8489 section 14.8). `None` when it is none.
    #[must_use]
    pub fn error_code(&self) -> Option<u16> {
        let &[_, _, class, number] = self.value.first_chunk()?;
        let code = u16::from(class & 0b111) * 100 + u16::from(number);
        ((3..=6).contains(&(class & 0b111)) && number < 100).then_some(code)
    }
}

/// Says how long the value is, and not what: it may be somebody's address or name.
impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({} bytes)", self.kind, self.value.len())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributeType(pub u16);

impl AttributeType {
    pub const MAPPED_ADDRESS: Self = Self(0x0001);
    /// RFC 5780.
    pub const CHANGE_REQUEST: Self = Self(0x0003);
    pub const USERNAME: Self = Self(0x0006);
    pub const MESSAGE_INTEGRITY: Self = Self(0x0008);
    pub const ERROR_CODE: Self = Self(0x0009);
    pub const UNKNOWN_ATTRIBUTES: Self = Self(0x000a);
    /// RFC 8656.
    pub const CHANNEL_NUMBER: Self = Self(0x000c);
    /// RFC 8656.
    pub const LIFETIME: Self = Self(0x000d);
    /// RFC 8656.
    pub const XOR_PEER_ADDRESS: Self = Self(0x0012);
    /// RFC 8656.
    pub const DATA: Self = Self(0x0013);
    pub const REALM: Self = Self(0x0014);
    pub const NONCE: Self = Self(0x0015);
    /// RFC 8656.
    pub const XOR_RELAYED_ADDRESS: Self = Self(0x0016);
    /// RFC 8656.
    pub const REQUESTED_ADDRESS_FAMILY: Self = Self(0x0017);
    /// RFC 8656.
    pub const EVEN_PORT: Self = Self(0x0018);
    /// RFC 8656.
    pub const REQUESTED_TRANSPORT: Self = Self(0x0019);
    /// RFC 8656.
    pub const DONT_FRAGMENT: Self = Self(0x001a);
    pub const MESSAGE_INTEGRITY_SHA256: Self = Self(0x001c);
    pub const PASSWORD_ALGORITHM: Self = Self(0x001d);
    pub const USERHASH: Self = Self(0x001e);
    pub const XOR_MAPPED_ADDRESS: Self = Self(0x0020);
    /// RFC 8656.
    pub const RESERVATION_TOKEN: Self = Self(0x0022);
    /// RFC 5780.
    pub const PADDING: Self = Self(0x0026);
    /// RFC 5780.
    pub const RESPONSE_PORT: Self = Self(0x0027);
    /// RFC 8656.
    pub const ADDITIONAL_ADDRESS_FAMILY: Self = Self(0x8000);
    /// RFC 8656.
    pub const ADDRESS_ERROR_CODE: Self = Self(0x8001);
    pub const PASSWORD_ALGORITHMS: Self = Self(0x8002);
    /// RFC 8656.
    pub const ICMP: Self = Self(0x8004);
    pub const SOFTWARE: Self = Self(0x8022);
    pub const FINGERPRINT: Self = Self(0x8028);
    /// RFC 5780.
    pub const RESPONSE_ORIGIN: Self = Self(0x802b);
    /// RFC 5780.
    pub const OTHER_ADDRESS: Self = Self(0x802c);

    /// Whether a receiver that doesn't know it must refuse the message (RFC 8489 section 14).
    #[must_use]
    pub fn is_comprehension_required(self) -> bool {
        self.0 < 0x8000
    }

    pub(crate) fn is_integrity(self) -> bool {
        matches!(self, Self::MESSAGE_INTEGRITY | Self::MESSAGE_INTEGRITY_SHA256)
    }
}

/// Walks over a message's attributes, and stops early where one reaches beyond the end.
#[derive(Debug)]
pub(crate) struct Attributes<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Attributes<'a> {
    pub(crate) fn new(message: &'a [u8], at: usize) -> Self {
        Self { message, at }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.message.len()
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let at = self.at;
        let (head, rest) = self.message.get(at..)?.split_first_chunk::<ATTRIBUTE_HEADER>()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = rest.get(..length)?;
        let end = at + ATTRIBUTE_HEADER + length.next_multiple_of(4);
        if end > self.message.len() {
            return None;
        }
        self.at = end;
        let kind = AttributeType(u16::from_be_bytes([head[0], head[1]]));
        Some(Attribute { kind, value, at })
    }
}

/// The value of XOR-MAPPED-ADDRESS and its like: of an address of `N` bytes, four more.
#[inline]
pub(crate) fn xor_address<const N: usize, const LENGTH: usize>(
    family: u8,
    ip: [u8; N],
    port: u16,
    id: TransactionId,
) -> [u8; LENGTH] {
    let mask = mask(id);
    let mut value = [0; LENGTH];
    value[1] = family;
    value[2..4].copy_from_slice(&xor(port.to_be_bytes(), mask));
    value[4..].copy_from_slice(&xor(ip, mask));
    value
}

/// So that routers that look for addresses in datagrams, to change them, find none.
fn mask(id: TransactionId) -> [u8; 16] {
    let mut mask = [0; 16];
    mask[..4].copy_from_slice(&MAGIC_COOKIE);
    mask[4..].copy_from_slice(&id);
    mask
}

fn xor<const N: usize>(mut bytes: [u8; N], mask: [u8; 16]) -> [u8; N] {
    bytes.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    bytes
}

pub(crate) const ATTRIBUTE_HEADER: usize = 4;
pub(crate) const IPV4: u8 = 1;
pub(crate) const IPV6: u8 = 2;
