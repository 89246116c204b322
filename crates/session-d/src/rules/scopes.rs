//! What an API key may be used for.

use tonic::Status;

use super::fields::invalid;

/// One thing that a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    PracticeRead,
    PracticeWrite,
    RoomsRead,
    RoomsWrite,
    EventsRead,
    UsageRead,
    WebhooksRead,
    WebhooksWrite,
    Operate,
}

const ALL: [(Scope, &str); 9] = [
    (Scope::PracticeRead, "practice.read"),
    (Scope::PracticeWrite, "practice.write"),
    (Scope::RoomsRead, "rooms.read"),
    (Scope::RoomsWrite, "rooms.write"),
    (Scope::EventsRead, "events.read"),
    (Scope::UsageRead, "usage.read"),
    (Scope::WebhooksRead, "webhooks.read"),
    (Scope::WebhooksWrite, "webhooks.write"),
    (Scope::Operate, "operate"),
];

impl Scope {
    pub(crate) fn name(self) -> &'static str {
        ALL.iter()
            .find(|(scope, _)| *scope == self)
            .map_or("", |(_, name)| *name)
    }
}

/// What a key may be used for: everything where nothing is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes(Vec<Scope>);

impl Scopes {
    pub(crate) fn parse(names: &[String]) -> Result<Self, Status> {
        let found: Option<Vec<_>> = names.iter().map(|name| scope(name)).collect();
        match found {
            Some(scopes) if scopes.len() <= ALL.len() => Ok(Self(scopes)),
            _ => {
                let names: Vec<_> = ALL.iter().map(|(_, name)| *name).collect();
                Err(invalid("scopes", &format!("have to be some of {}", names.join(", "))))
            }
        }
    }

    pub(crate) fn allow(&self, scope: Scope) -> bool {
        self.0.is_empty() || self.0.contains(&scope)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(|scope| scope.name().to_owned()).collect()
    }

    /// As the store keeps them: names with spaces between.
    pub(crate) fn to_text(&self) -> String {
        self.names().join(" ")
    }

    /// What this version doesn't know allows nothing.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        text.split_whitespace().map(scope).collect::<Option<_>>().map(Self)
    }
}

fn scope(text: &str) -> Option<Scope> {
    ALL.iter().find(|(_, name)| *name == text).map(|(scope, _)| *scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_scopes_may_do_these_and_one_without_everything() {
        let some = Scopes::parse(&["rooms.read".to_owned(), "events.read".to_owned()]).expect("known");

        for (scope, name) in ALL {
            assert_eq!(
                some.allow(scope),
                matches!(name, "rooms.read" | "events.read"),
                "{name}"
            );
            assert!(Scopes::default().allow(scope));
        }
        assert_eq!(Scopes::of_text(&some.to_text()), Some(some));
    }

    #[test]
    fn what_nobody_knows_is_no_scope() {
        assert!(Scopes::parse(&["rooms".to_owned()]).is_err());
        assert!(Scopes::parse(&vec!["rooms.read".to_owned(); 10]).is_err());
        assert_eq!(Scopes::of_text("rooms.read rooms.burn"), None);
    }
}
