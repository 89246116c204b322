//! What the two say to each other on `control`: docs/signalling.md section 6, as far as a probe needs it.

use serde::{Deserialize, Serialize};

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Control {
    Hello {
        name: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        visit: Option<String>,
        language: String,
    },
    Consent {
        statement: String,
        signature: String,
    },
    ConsentSeen {
        sha256: String,
    },
    ConsentAsk {
        part: usize,
        of: usize,
        data: String,
    },
    Admit {},
    Hold {},
    Media {
        audio: bool,
        video: bool,
        screen: bool,
    },
    Ping {
        n: u64,
    },
    Pong {
        n: u64,
    },
    Bye {
        reason: String,
    },
    /// Chat, files, photos and what else a probe leaves unanswered.
    #[serde(other, skip_serializing)]
    Else,
}

impl Control {
    /// `None` when it is no message at all.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        (text.len() <= LONGEST).then(|| serde_json::from_slice(text).ok())?
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("messages are plain structs")
    }
}

const LONGEST: usize = 32_768;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_those_of_the_document() {
        for (message, json) in [
            (Control::Admit {}, r#"{"type":"admit"}"#),
            (
                Control::ConsentSeen { sha256: "00".into() },
                r#"{"type":"consent-seen","sha256":"00"}"#,
            ),
            (Control::Ping { n: 1 }, r#"{"type":"ping","n":1}"#),
        ] {
            assert_eq!(message.to_json(), json);
            assert_eq!(Control::parse(json.as_bytes()), Some(message));
        }
        let weak = br#"{"type":"media","audio":true,"video":true,"screen":false,"weak":true}"#;
        assert!(matches!(Control::parse(weak), Some(Control::Media { video: true, .. })));
        assert_eq!(
            Control::parse(br#"{"type":"chat-seen","id":"AA"}"#),
            Some(Control::Else)
        );
        assert_eq!(Control::parse(b"{}"), None);
    }
}
