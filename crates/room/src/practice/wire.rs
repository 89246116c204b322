//! What a practice's device and signal-d say to each other: `docs/signalling.md`, section 3. `proto/practice/v1` has one example of each.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::Board;
use crate::{
    ids::RecordId,
    path::Sealed,
    refusal::Refusal,
    wire::{Error, MAX_FRAME, Secret, number},
};

/// What a device says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum FromConsole {
    /// The first thing: who one is.
    Join {
        /// The device's token.
        token: Secret,
    },
    /// A newer token, before the last one runs out.
    Renew {
        /// The same device's.
        token: Secret,
    },
    /// What one sees, for the practice's other devices.
    Board {
        /// What only those can read.
        data: Board,
    },
    /// Is the line alive?
    Ping {
        /// Comes back in the answer.
        #[serde(deserialize_with = "number")]
        n: u64,
    },
    /// It is.
    Pong {
        /// The question's.
        #[serde(deserialize_with = "number")]
        n: u64,
    },
}

/// What signal-d says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum ToConsole {
    /// One is on the line.
    Joined {
        /// Who one is.
        device: RecordId,
        /// The other devices' boards.
        boards: Vec<BoardOf>,
        /// When the token runs out.
        expires_at: u64,
        /// What time it is.
        now: u64,
    },
    /// The newer token is good.
    Renewed {
        /// When it runs out.
        expires_at: u64,
        /// What time it is.
        now: u64,
    },
    /// Something of the practice is another than before.
    Changed {},
    /// Another device's board.
    Board {
        /// Whose.
        device: RecordId,
        /// `null`: it has none any more.
        data: Option<Board>,
    },
    /// Is the line alive?
    Ping {
        /// Comes back in the answer.
        n: u64,
    },
    /// It is.
    Pong {
        /// The question's.
        n: u64,
    },
    /// Why the connection ends now.
    Error(Error),
}

/// A board, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct BoardOf {
    pub device: RecordId,
    pub data: Board,
}

impl FromConsole {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`Refusal::BadMessage`] when it isn't one of these, to the letter.
    pub fn parse(frame: &str) -> Result<Self, Refusal> {
        if frame.len() > MAX_FRAME {
            return Err(Refusal::BadMessage);
        }
        serde_json::from_str(frame).map_err(|_| Refusal::BadMessage)
    }
}

impl ToConsole {
    /// As it is sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("messages are plain structs")
    }
}

impl Serialize for Board {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Board {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sealed = Sealed::deserialize(deserializer)?;
        Self::new(sealed).ok_or_else(|| D::Error::custom("a board has 1 to 8192 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use data_encoding::BASE64URL_NOPAD;

    use super::*;

    #[test]
    fn every_example_is_read_and_printed_again() {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto/practice/v1");
        let mut seen = BTreeSet::new();
        for file in fs::read_dir(examples).expect("proto/practice/v1") {
            let path = file.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("text");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let said: serde_json::Value = serde_json::from_str(&text).expect("JSON");

            let printed = match name.as_str() {
                "join" | "renew" | "board-to" => {
                    serde_json::to_value(FromConsole::parse(&text).unwrap_or_else(|_| panic!("{name}")))
                }
                "ping" | "pong" => {
                    assert!(FromConsole::parse(&text).is_ok());
                    serde_json::to_value(read_answer(&text))
                }
                _ => serde_json::to_value(read_answer(&text)),
            };

            assert_eq!(printed.expect("prints"), said, "{name}");
            seen.insert(said["type"].as_str().expect("a type").to_owned());
        }
        let all = [
            "board", "changed", "error", "join", "joined", "ping", "pong", "renew", "renewed",
        ];
        assert_eq!(
            seen.iter().map(String::as_str).collect::<Vec<_>>(),
            all,
            "one example of each"
        );
    }

    #[test]
    fn case_44_json_that_is_not_exactly_a_message_is_refused() {
        for frame in [
            "",
            "[]",
            "{}",
            r#"{"type":"join"}"#,
            r#"{"type":"join","token":"x","client":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
            r#"{"type":"board","data":""}"#,
            r#"{"type":"board","data":"AR"}"#,
            r#"{"type":"board","data":null}"#,
            r#"{"type":"board","data":"AQ","data":"AQ"}"#,
            r#"{"type":"ping","n":9007199254740992}"#,
            r#"{"type":"changed"}"#,
            r#"{"type":"sealed","to":0,"seq":1,"data":"AQ"}"#,
        ] {
            assert_eq!(FromConsole::parse(frame), Err(Refusal::BadMessage), "{frame}");
        }
    }

    #[test]
    fn a_board_has_its_limit_and_does_not_print() {
        let frame = |length: usize| {
            let data = BASE64URL_NOPAD.encode(&vec![7; length]);
            FromConsole::parse(&format!(r#"{{"type":"board","data":"{data}"}}"#))
        };

        assert!(frame(8192).is_ok());
        assert!(frame(8193).is_err());
        assert_eq!(
            format!("{:?}", frame(38).expect("a board")),
            "Board { data: Board(Sealed(38 bytes)) }"
        );
    }

    fn read_answer(text: &str) -> ToConsole {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }
}
