use std::fs;

use serde::Deserialize;

/// A user of this machine, by number or by name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum User {
    /// The number (uid).
    Id(u32),
    /// The name, as `/etc/passwd` has it.
    Name(String),
}

impl User {
    /// A name is looked up each time: the package that makes its user may be installed later than ours. One that nobody has is nobody's.
    pub(crate) fn is(&self, uid: u32) -> bool {
        match self {
            Self::Id(id) => *id == uid,
            Self::Name(name) => fs::read_to_string("/etc/passwd").is_ok_and(|users| has(&users, name, uid)),
        }
    }
}

/// Whether a line of passwd(5) says so.
fn has(users: &str, name: &str, uid: u32) -> bool {
    users.lines().any(|line| {
        let mut fields = line.split(':');
        fields.next() == Some(name) && fields.nth(1).is_some_and(|id| id.parse() == Ok(uid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_user_that_has_it() {
        let users = "root:x:0:0:root:/root:/bin/bash\nvisite-signal:x:998:997:Visite:/:/usr/sbin/nologin\n";

        assert!(has(users, "visite-signal", 998));
        assert!(!has(users, "visite-signal", 0));
        assert!(!has(users, "visite", 998));
        assert!(!has(users, "", 0));
        assert!(User::Name("root".to_owned()).is(0));
    }
}
