//! The Ed25519 keys that tokens are signed with. They are files beside the store and not in it: who steals the store can let nobody in.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use anyhow::Context as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use data_encoding::HEXLOWER;
use room::token::Keys;

/// All keys, of which the newest signs.
pub(crate) struct SigningKeys {
    /// By key id, which begins with when the key was made: the last is the newest.
    keys: Vec<(String, Ed25519KeyPair)>,
}

impl SigningKeys {
    /// Reads `keys/*.key` in the data directory, and makes the first one, of `now`, where there is none.
    pub(crate) fn open(data_dir: &Path, now: u64) -> anyhow::Result<Self> {
        let dir = data_dir.join("keys");
        let context = || format!("open {}", dir.display());
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir)
            .with_context(context)?;
        let mut keys = Vec::new();
        for entry in fs::read_dir(&dir).with_context(context)? {
            let path = entry.with_context(context)?.path();
            if path.extension().is_some_and(|extension| extension == "key") {
                keys.push(read(&path)?);
            }
        }
        if keys.is_empty() {
            keys.push(make(&dir, now)?);
        }
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self { keys })
    }

    /// What others need to check what these have signed.
    pub(crate) fn public(&self) -> Vec<(String, [u8; 32])> {
        let public = |key: &Ed25519KeyPair| {
            key.public_key()
                .as_ref()
                .try_into()
                .expect("Ed25519 keys have 32 bytes")
        };
        self.keys.iter().map(|(id, key)| (id.clone(), public(key))).collect()
    }

    pub(crate) fn verifier(&self) -> Keys {
        Keys::new(self.public())
    }

    /// The newest key's id.
    pub(crate) fn id(&self) -> &str {
        &self.newest().0
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature = self.newest().1.sign(message);
        signature.as_ref().try_into().expect("Ed25519 signatures have 64 bytes")
    }

    fn newest(&self) -> &(String, Ed25519KeyPair) {
        self.keys.last().expect("there is always one")
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKeys({})", self.keys.len())
    }
}

fn read(path: &Path) -> anyhow::Result<(String, Ed25519KeyPair)> {
    let context = || format!("read the signing key {}", path.display());
    let id = path.file_stem().and_then(|stem| stem.to_str()).with_context(context)?;
    let seed = HEXLOWER
        .decode(fs::read(path).with_context(context)?.trim_ascii())
        .with_context(context)?;
    let key = Ed25519KeyPair::from_seed_unchecked(&seed)
        .map_err(|_| anyhow::anyhow!("not an Ed25519 seed"))
        .with_context(context)?;
    Ok((id.to_owned(), key))
}

fn make(dir: &Path, now: u64) -> anyhow::Result<(String, Ed25519KeyPair)> {
    let path = dir.join(format!("{now:x}.key"));
    write_seed(&path)?;
    read(&path)
}

/// A file of 32 random bytes beside the signing keys; made where it isn't there.
pub(crate) fn seed(data_dir: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let path = data_dir.join("keys").join(name);
    if !path.exists() {
        write_seed(&path)?;
    }
    let context = || format!("read the seed {}", path.display());
    let seed = fs::read(&path).with_context(context)?;
    HEXLOWER.decode(seed.trim_ascii()).with_context(context)
}

fn write_seed(path: &Path) -> anyhow::Result<()> {
    let seed = crate::rules::secrets::random::<32>();
    let context = || format!("write the seed {}", path.display());
    let beside = path.with_extension("new");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .with_context(context)?;
    file.write_all(HEXLOWER.encode(&seed).as_bytes())
        .with_context(context)?;
    file.sync_all().with_context(context)?;
    fs::rename(&beside, path).with_context(context)
}
