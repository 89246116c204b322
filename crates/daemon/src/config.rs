use std::{fs, path::Path};

use serde::de::DeserializeOwned;

/// The configuration is at fault: the operator must act. Says the file, the line and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {what}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct ConfigError {
    file: String,
    line: Option<usize>,
    what: String,
}

impl ConfigError {
    /// Something about `file` as a whole.
    pub fn new(file: &Path, what: impl Into<String>) -> Self {
        Self {
            file: file.display().to_string(),
            line: None,
            what: what.into(),
        }
    }
}

/// Reads a TOML file into its type.
///
/// # Errors
/// When the file can't be read, is no TOML, or its type refuses a key or a value.
pub fn read<C: DeserializeOwned>(file: &Path) -> Result<C, ConfigError> {
    let text = fs::read_to_string(file)
        .map_err(|error| ConfigError::new(file, format!("can't be read ({error}); name another with --config")))?;
    toml::from_str(&text).map_err(|error| ConfigError {
        file: file.display().to_string(),
        line: error.span().map(|span| 1 + text[..span.start].matches('\n').count()),
        what: error.message().trim().replace('\n', "; "),
    })
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Door {
        #[expect(dead_code, reason = "only what is refused matters here")]
        listen: std::net::SocketAddr,
    }

    fn refusal_of(text: &str) -> String {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        let refusal = read::<Door>(file.path()).expect_err("is refused").to_string();
        refusal.replace(&file.path().display().to_string(), "door.toml")
    }

    #[test]
    fn a_mistyped_key_is_refused_with_its_line() {
        assert_eq!(
            refusal_of("# the door\nlisten = '127.0.0.1:0'\nlisten_too = 1\n"),
            "door.toml, line 3: unknown field `listen_too`, expected `listen`"
        );
    }

    #[test]
    fn a_bad_value_is_refused_with_its_line() {
        assert_eq!(
            refusal_of("listen = 'everywhere'\n"),
            "door.toml, line 1: invalid socket address syntax"
        );
    }

    #[test]
    fn a_missing_file_names_the_way_out() {
        let refusal = read::<Door>(Path::new("/nowhere/door.toml")).expect_err("is refused");

        assert!(refusal.to_string().ends_with("name another with --config"), "{refusal}");
    }
}
