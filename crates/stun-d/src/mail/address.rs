//! Addresses and what else goes beside a datagram, as the system writes them.

use std::{
    ffi::c_int,
    mem,
    net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6},
    ptr,
};

use libc::{cmsghdr, in_addr, in_pktinfo, in6_addr, in6_pktinfo, sockaddr_in, sockaddr_in6, socklen_t};

/// An address as the system writes it.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) union Name {
    family: libc::sa_family_t,
    v4: sockaddr_in,
    v6: sockaddr_in6,
}

/// What goes beside a datagram, aligned as the system wants it.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(super) struct Control {
    bytes: [u8; ROOM],
    length: usize,
}

impl Name {
    pub(super) const NONE: Self = Self {
        v6: sockaddr_in6 {
            sin6_family: libc::AF_UNSPEC as libc::sa_family_t,
            sin6_port: 0,
            sin6_flowinfo: 0,
            sin6_addr: in6_addr { s6_addr: [0; 16] },
            sin6_scope_id: 0,
        },
    };

    pub(super) fn of(address: SocketAddr) -> (Self, socklen_t) {
        let mut name = Self::NONE;
        match address {
            SocketAddr::V4(address) => {
                name.v4 = sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: address.port().to_be(),
                    sin_addr: in_addr {
                        s_addr: address.ip().to_bits().to_be(),
                    },
                    sin_zero: [0; 8],
                };
                (name, size_of::<sockaddr_in>() as socklen_t)
            }
            SocketAddr::V6(address) => {
                name.v6 = sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: address.port().to_be(),
                    sin6_flowinfo: 0,
                    sin6_addr: in6_addr {
                        s6_addr: address.ip().octets(),
                    },
                    sin6_scope_id: address.scope_id(),
                };
                (name, size_of::<sockaddr_in6>() as socklen_t)
            }
        }
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        // SAFETY: all members begin with the family, and all bytes are initialised: it says which of them the system has written.
        unsafe {
            match c_int::from(self.family) {
                libc::AF_INET => Some(
                    (
                        Ipv4Addr::from_bits(u32::from_be(self.v4.sin_addr.s_addr)),
                        u16::from_be(self.v4.sin_port),
                    )
                        .into(),
                ),
                libc::AF_INET6 => {
                    let (ip, port) = (self.v6.sin6_addr.s6_addr.into(), u16::from_be(self.v6.sin6_port));
                    Some(SocketAddrV6::new(ip, port, 0, self.v6.sin6_scope_id).into())
                }
                _ => None,
            }
        }
    }
}

impl Control {
    pub(super) const NONE: Self = Self {
        bytes: [0; ROOM],
        length: 0,
    };

    /// Where the system is to write, and how much it may; and to read what was put together.
    pub(super) fn buffer(&mut self) -> *mut u8 {
        self.bytes.as_mut_ptr()
    }

    /// How much of it there is to read.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The system has written so much.
    pub(super) fn filled(&mut self, length: usize) {
        self.length = length;
    }

    /// To which of our addresses what came was sent, where the system says so.
    pub(super) fn destination(&self) -> Option<IpAddr> {
        if let Some(info) = self.find::<in_pktinfo>(libc::IPPROTO_IP, libc::IP_PKTINFO) {
            return Some(IpAddr::V4(u32::from_be(info.ipi_addr.s_addr).into()));
        }
        let info = self.find::<in6_pktinfo>(libc::IPPROTO_IPV6, libc::IPV6_PKTINFO)?;
        Some(IpAddr::V6(info.ipi6_addr.s6_addr.into()))
    }

    /// How long each of the datagrams is that came as one.
    pub(super) fn cut(&self) -> Option<usize> {
        let length = self.find::<c_int>(libc::SOL_UDP, libc::UDP_GRO)?;
        usize::try_from(length).ok()
    }

    /// What the system has written of this level and type, of which `T` is the form.
    fn find<T: Copy>(&self, level: c_int, kind: c_int) -> Option<T> {
        let mut at = 0;
        while self.length - at >= HEADER {
            // SAFETY: there is room for a header from here on, and it is read wherever it lies.
            let header: cmsghdr = unsafe { ptr::read_unaligned(self.bytes.as_ptr().add(at).cast()) };
            if (header.cmsg_level, header.cmsg_type) == (level, kind) && header.cmsg_len >= HEADER + size_of::<T>() {
                // SAFETY: data of this level and type has this form, begins behind the header and is as long as that says, all of it written by the system.
                return Some(unsafe { ptr::read_unaligned(self.bytes.as_ptr().add(at + HEADER).cast()) });
            }
            // A header's length is its own at least.
            at += header.cmsg_len.max(HEADER).next_multiple_of(align_of::<cmsghdr>());
            at = at.min(self.length);
        }
        None
    }

    /// It is to leave from this address; by which interface is for the routes to say.
    pub(super) fn leave_from(&mut self, source: IpAddr) {
        match source {
            IpAddr::V4(ip) => self.write(
                libc::IPPROTO_IP,
                libc::IP_PKTINFO,
                in_pktinfo {
                    ipi_ifindex: 0,
                    ipi_spec_dst: in_addr {
                        s_addr: ip.to_bits().to_be(),
                    },
                    ipi_addr: in_addr { s_addr: 0 },
                },
            ),
            IpAddr::V6(ip) => self.write(
                libc::IPPROTO_IPV6,
                libc::IPV6_PKTINFO,
                in6_pktinfo {
                    ipi6_addr: in6_addr { s6_addr: ip.octets() },
                    ipi6_ifindex: 0,
                },
            ),
        }
    }

    /// It is to be cut into datagrams of so many bytes (`UDP_SEGMENT`).
    pub(super) fn cut_into(&mut self, length: u16) {
        self.write(libc::SOL_UDP, libc::UDP_SEGMENT, length);
    }

    fn write<T: Copy>(&mut self, level: c_int, kind: c_int, value: T) {
        let length = HEADER + size_of::<T>();
        let space = length.next_multiple_of(align_of::<cmsghdr>());
        assert!(
            space <= ROOM - self.length,
            "it is made for an address of IPv6 and a length"
        );
        // SAFETY: it is plain data, for which all zeros is "nothing".
        let mut header: cmsghdr = unsafe { mem::zeroed() };
        header.cmsg_len = length;
        header.cmsg_level = level;
        header.cmsg_type = kind;
        // SAFETY: what is written begins aligned for a control header, and there is room for it and, behind it, the value.
        unsafe {
            let at = self.bytes.as_mut_ptr().add(self.length);
            ptr::write(at.cast(), header);
            ptr::write_unaligned(at.add(HEADER).cast(), value);
        }
        self.length += space;
    }
}

/// For an address of IPv6 and a length of datagrams.
pub(super) const ROOM: usize = 64;
// SAFETY: a pure computation.
const HEADER: usize = unsafe { libc::CMSG_LEN(0) } as usize;
