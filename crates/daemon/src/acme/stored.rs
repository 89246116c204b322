//! What is kept: the account with the authority, and the newest certificate with its key in one file, so that neither is ever there without the other.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use instant_acme::AccountCredentials;

use super::AcmeConfig;
use crate::{
    ConfigError,
    tls::{CertFiles, Pair, Validity},
};

#[derive(Debug)]
pub(super) struct Stored {
    folder: PathBuf,
    /// What the certificate has to be for: authority and names.
    purpose: String,
    validity: Mutex<Option<Validity>>,
}

impl Stored {
    /// # Errors
    /// When the folder can't be made.
    pub(super) fn open(config: &AcmeConfig) -> Result<Self, ConfigError> {
        let folder = config.state_dir.clone();
        fs::create_dir_all(&folder)
            .map_err(|error| ConfigError::new(&folder, format!("can't be made ({error})")).within("state_dir"))?;
        Ok(Self {
            folder,
            purpose: format!("# {}: {}\n", config.directory, config.names.join(", ")),
            validity: Mutex::new(None),
        })
    }

    /// The certificate, if there is one of this authority for these names.
    pub(super) fn pair(&self) -> anyhow::Result<Option<Pair>> {
        let file = self.file(CERTIFICATE);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("read {}", file.display()))?,
        };
        if !text.starts_with(&self.purpose) {
            return Ok(None);
        }
        self.read(&file).map(Some)
    }

    fn read(&self, file: &Path) -> anyhow::Result<Pair> {
        let pair = Pair::read(&CertFiles {
            cert: file.to_owned(),
            key: file.to_owned(),
        })?;
        *self.validity() = pair.validity();
        Ok(pair)
    }

    /// Keeps it, whole or not at all.
    pub(super) fn keep(&self, chain: &str, key: &str) -> anyhow::Result<Pair> {
        let file = self.file(CERTIFICATE);
        write(&file, &format!("{}{key}{chain}", self.purpose)).with_context(|| format!("write {}", file.display()))?;
        self.read(&file)
    }

    /// The account, if there is one with this authority.
    pub(super) fn account(&self, directory: &str) -> anyhow::Result<Option<AccountCredentials>> {
        let file = self.file(ACCOUNT);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("read {}", file.display()))?,
        };
        match text.split_once('\n') {
            Some((of, credentials)) if of == directory => {
                let credentials = serde_json::from_str(credentials);
                Ok(Some(
                    credentials.with_context(|| format!("{} is no account", file.display()))?,
                ))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn keep_account(&self, directory: &str, credentials: &AccountCredentials) -> anyhow::Result<()> {
        let text = format!("{directory}\n{}", serde_json::to_string(credentials)?);
        let file = self.file(ACCOUNT);
        write(&file, &text).with_context(|| format!("write {}", file.display()))
    }

    /// When the next certificate is to be asked for: a third of its time is left. `None`: there is none.
    pub(super) fn due(&self) -> Option<SystemTime> {
        self.validity().map(|it| it.from + it.length() * 2 / 3)
    }

    /// How long the certificate is good, in all; nothing where there is none.
    pub(super) fn lifetime(&self) -> Duration {
        self.validity().map_or(Duration::ZERO, Validity::length)
    }

    fn validity(&self) -> std::sync::MutexGuard<'_, Option<Validity>> {
        self.validity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Whole or not at all, and for nobody else's eyes.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let new = file.with_extension("new");
    // One that an earlier life could not finish.
    if let Err(error) = fs::remove_file(&new)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    fs::rename(&new, file)?;
    File::open(file.parent().expect("a file is in a folder"))?.sync_all()
}

const CERTIFICATE: &str = "certificate.pem";
const ACCOUNT: &str = "account";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_one_is_asked_for_when_a_third_of_the_time_is_left() {
        let dir = tempfile::tempdir().expect("a directory");
        let config = AcmeConfig {
            directory: "https://acme.example/directory".to_owned(),
            names: vec!["video.example.org".to_owned()],
            terms_agreed: true,
            state_dir: dir.path().join("acme"),
            contact: Vec::new(),
            http: None,
            ca: PathBuf::new(),
        };
        let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000);
        // UTCTime ends in 2050.
        for days in [90, 9_000] {
            let length = Duration::from_secs(days * 86_400);
            let mut params = rcgen::CertificateParams::new(config.names.clone()).expect("names");
            params.not_before = begin.into();
            params.not_after = (begin + length).into();
            let key = rcgen::KeyPair::generate().expect("a key");
            let chain = params.self_signed(&key).expect("a certificate").pem();

            let stored = Stored::open(&config).expect("opens");
            stored.keep(&chain, &key.serialize_pem()).expect("kept");

            let again = Stored::open(&config).expect("opens");
            assert!(again.pair().expect("read").is_some());
            assert_eq!(again.due(), Some(begin + length * 2 / 3));
            let other = AcmeConfig {
                names: vec!["other.example.org".to_owned()],
                ..config.clone()
            };
            assert!(
                Stored::open(&other).expect("opens").pair().expect("read").is_none(),
                "for other names"
            );
        }
    }
}
