//! The Ed25519 keys that tokens are signed with. They are files beside the store and not in it: who steals the store can let nobody in.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
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
        let mut seeds = seeds(data_dir)?;
        if seeds.is_empty() {
            let first = (format!("{now:x}"), crate::rules::secrets::random::<32>().to_vec());
            write(data_dir, &first)?;
            seeds.push(first);
        }
        let keys = seeds.into_iter().map(|(id, seed)| {
            let key = key_of(&seed).with_context(|| format!("read the signing key {id}"))?;
            Ok((id, key))
        });
        Ok(Self {
            keys: keys.collect::<anyhow::Result<_>>()?,
        })
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

/// Where they are.
pub(crate) fn dir(data_dir: &Path) -> PathBuf {
    data_dir.join("keys")
}

/// The keys' ids and seeds, the newest last; none where there is no directory.
pub(crate) fn seeds(data_dir: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let dir = dir(data_dir);
    let context = || format!("open {}", dir.display());
    let entries = match fs::read_dir(&dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(context)?,
    };
    let mut seeds = Vec::new();
    for entry in entries {
        let path = entry.with_context(context)?.path();
        if path.extension().is_some_and(|extension| extension == "key") {
            seeds.push(read(&path)?);
        }
    }
    seeds.sort();
    Ok(seeds)
}

/// These keys and no others. Those that go do so once the new ones are on disk.
pub(crate) fn replace(data_dir: &Path, keys: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    for (id, seed) in keys {
        let is_id = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        anyhow::ensure!(is_id, "{id:?} is no key's id");
        key_of(seed).with_context(|| format!("the signing key {id}"))?;
    }
    let before = seeds(data_dir)?;
    for key in keys {
        write(data_dir, key)?;
    }
    let gone = before.iter().filter(|(id, _)| !keys.iter().any(|(new, _)| new == id));
    for (id, _) in gone {
        let path = dir(data_dir).join(format!("{id}.key"));
        fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    let context = || format!("read the signing key {}", path.display());
    let id = path.file_stem().and_then(|stem| stem.to_str()).with_context(context)?;
    let seed = HEXLOWER
        .decode(fs::read(path).with_context(context)?.trim_ascii())
        .with_context(context)?;
    Ok((id.to_owned(), seed))
}

fn key_of(seed: &[u8]) -> anyhow::Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| anyhow::anyhow!("not an Ed25519 seed"))
}

fn write(data_dir: &Path, (id, seed): &(String, Vec<u8>)) -> anyhow::Result<()> {
    let dir = dir(data_dir);
    let path = dir.join(format!("{id}.key"));
    let context = || format!("write the signing key {}", path.display());
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&dir)
        .with_context(context)?;
    let beside = dir.join(format!("{id}.new"));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .with_context(context)?;
    file.write_all(HEXLOWER.encode(seed).as_bytes()).with_context(context)?;
    file.sync_all().with_context(context)?;
    fs::rename(&beside, &path).with_context(context)?;
    fs::File::open(&dir)
        .and_then(|dir| dir.sync_all())
        .with_context(context)
}

/// Characters: when it was made, in seconds, hexadecimal.
const LONGEST_ID: usize = 16;
