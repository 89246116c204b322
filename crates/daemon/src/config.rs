//! What an operator has written down, and what is said about mistakes.

mod example;
mod source;

use std::{fmt, fs, path::Path};

use serde::de::DeserializeOwned;

pub use example::{Entry, Example};
pub use source::Source;
pub(crate) use source::changed;

/// The configuration is at fault: the operator must act. Says where (file and line, or a variable's or a flag's name), which key, what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Where the key has its value from.
    origin: Option<Origin>,
    /// As in `tls.cert`; empty where no key is at fault.
    key: String,
    what: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    File {
        file: String,
        line: Option<usize>,
    },
    /// A variable of the environment or a flag.
    Override(String),
}

impl ConfigError {
    /// Something about `file` as a whole.
    pub fn new(file: &Path, what: impl fmt::Display) -> Self {
        Self {
            origin: None,
            key: String::new(),
            what: format!("{}: {what}", file.display()),
        }
    }

    /// Something about the value of `key`. Where that stands is said by whoever has read it.
    pub fn of_key(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            origin: None,
            key: key.into(),
            what: what.into(),
        }
    }

    /// The same about a key of the table `table`, or, where none was named yet, about the key `table` itself.
    #[must_use]
    pub fn within(mut self, table: &str) -> Self {
        self.key = match &*self.key {
            "" => table.to_owned(),
            key => format!("{table}.{key}"),
        };
        self
    }

    /// The same, with where the key stands in `source`.
    #[must_use]
    pub fn located(self, source: &Source) -> Self {
        match self.origin {
            Some(_) => self,
            None => source.locate(self),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(Origin::File { file, line: None }) => write!(f, "{file}: ")?,
            Some(Origin::File { file, line: Some(line) }) => write!(f, "{file}, line {line}: ")?,
            Some(Origin::Override(name)) => write!(f, "{name}: ")?,
            None => {}
        }
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.what)
    }
}

/// Reads a TOML file into its type, with nothing of the environment.
///
/// # Errors
/// When the file can't be read, is no TOML, or its type refuses a key or a value.
pub fn read<C: DeserializeOwned>(file: &Path) -> Result<C, ConfigError> {
    Source::file(file).read()
}

/// Reads a file of secrets that daemons have in common: one a line, the newest first. What was made with an older one holds until it ends.
///
/// # Errors
/// When the file can't be read, holds none or more than eight, or one that could be guessed.
pub fn secrets(file: &Path) -> Result<Vec<String>, ConfigError> {
    let text = fs::read_to_string(file).map_err(|error| ConfigError::new(file, format!("can't be read ({error})")))?;
    let secrets: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if secrets.is_empty() || secrets.len() > MOST_SECRETS {
        return Err(ConfigError::new(
            file,
            format!("it has to hold one secret a line, at least one and at most {MOST_SECRETS}"),
        ));
    }
    if secrets.iter().any(|secret| secret.len() < SHORTEST_SECRET) {
        return Err(ConfigError::new(
            file,
            format!("a secret has at least {SHORTEST_SECRET} characters: `openssl rand -base64 32` makes one"),
        ));
    }
    Ok(secrets.into_iter().map(str::to_owned).collect())
}

const MOST_SECRETS: usize = 8;
/// Characters.
const SHORTEST_SECRET: usize = 16;
