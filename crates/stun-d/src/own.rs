//! This machine's own addresses. What listens there, other daemons among it, could take a relayed client for one of the machine's own.

use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// Those of all its interfaces, as the system's routing tables have them now. By `/proc/self`, since our unit shows nothing else of `/proc` (`ProcSubset=pid`).
pub(crate) fn addresses() -> io::Result<Vec<IpAddr>> {
    let v4 = fs::read_to_string("/proc/self/net/fib_trie")?;
    // Without IPv6 there is no such file.
    let v6 = match fs::read_to_string("/proc/self/net/if_inet6") {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        text => text?,
    };
    let all = local_v4(&v4).map(IpAddr::V4);
    Ok(all.chain(local_v6(&v6).map(IpAddr::V6)).collect())
}

/// Of each address the table says in the next line what it is.
fn local_v4(table: &str) -> impl Iterator<Item = Ipv4Addr> {
    table.lines().zip(table.lines().skip(1)).filter_map(|(line, next)| {
        let address = line.trim_start().strip_prefix("|-- ")?.parse().ok()?;
        (next.trim() == "/32 host LOCAL").then_some(address)
    })
}

/// One a line, in 32 hexadecimal digits.
fn local_v6(table: &str) -> impl Iterator<Item = Ipv6Addr> {
    let first = table.lines().filter_map(|line| line.split(' ').next());
    first.filter_map(|digits| u128::from_str_radix(digits, 16).ok().map(Ipv6Addr::from_bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_17_the_machine_s_own_addresses_are_found() {
        let table = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     |-- 127.0.0.0\n        /8 host LOCAL\n     |-- 198.51.100.7\n        /32 host LOCAL\n     |-- 198.51.100.255\n        /32 link BROADCAST\n";
        assert_eq!(local_v4(table).collect::<Vec<_>>(), [Ipv4Addr::new(198, 51, 100, 7)]);
        let table = "20010db8000000000000000000000007 02 40 00 80     eth0\n";
        let v6: Ipv6Addr = "2001:db8::7".parse().expect("an address");
        assert_eq!(local_v6(table).collect::<Vec<_>>(), [v6]);

        assert!(addresses().expect("tables").contains(&Ipv4Addr::LOCALHOST.into()));
    }
}
