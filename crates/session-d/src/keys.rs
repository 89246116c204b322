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
        seeds.retain(|(name, _)| name.ends_with(KEY));
        if seeds.is_empty() {
            let first = (format!("{now:x}{KEY}"), crate::rules::secrets::random::<32>().to_vec());
            write(data_dir, &first)?;
            seeds.push(first);
        }
        let keys = seeds.into_iter().map(|(name, seed)| {
            let key = key_of(&seed).with_context(|| format!("read the signing key {name}"))?;
            Ok((name.trim_end_matches(KEY).to_owned(), key))
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

/// A file of 32 random bytes beside the signing keys; made where it isn't there.
pub(crate) fn seed(data_dir: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let path = dir(data_dir).join(name);
    if !path.exists() {
        write(
            data_dir,
            &(name.to_owned(), crate::rules::secrets::random::<32>().to_vec()),
        )?;
    }
    read(&path)
}

/// The names and seeds of all keys, in order: of the signing keys the newest is the last. None where there is no directory.
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
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|name| is_name(name)) {
            seeds.push((name.to_owned(), read(&path)?));
        }
    }
    seeds.sort();
    Ok(seeds)
}

/// These keys and no others. Those that go do so once the new ones are on disk.
pub(crate) fn replace(data_dir: &Path, keys: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    for (name, seed) in keys {
        anyhow::ensure!(is_name(name), "{name:?} is no key's name");
        key_of(seed).with_context(|| format!("the key {name}"))?;
    }
    let before = seeds(data_dir)?;
    for key in keys {
        write(data_dir, key)?;
    }
    let gone = before
        .iter()
        .filter(|(name, _)| !keys.iter().any(|(new, _)| new == name));
    for (name, _) in gone {
        let path = dir(data_dir).join(name);
        fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
    }
    Ok(())
}

/// Not what is half written.
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    name.len() <= LONGEST_NAME && name.bytes().all(fits) && !name.starts_with('.') && !name.ends_with(HALF)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let context = || format!("read the key {}", path.display());
    let text = fs::read(path).with_context(context)?;
    HEXLOWER.decode(text.trim_ascii()).with_context(context)
}

fn key_of(seed: &[u8]) -> anyhow::Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| anyhow::anyhow!("not an Ed25519 seed"))
}

fn write(data_dir: &Path, (name, seed): &(String, Vec<u8>)) -> anyhow::Result<()> {
    let dir = dir(data_dir);
    let path = dir.join(name);
    let context = || format!("write the key {}", path.display());
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&dir)
        .with_context(context)?;
    let beside = path.with_extension(&HALF[1..]);
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

/// Of a signing key, behind its id, which is when it was made: seconds, hexadecimal.
const KEY: &str = ".key";
const HALF: &str = ".new";
/// Characters.
const LONGEST_NAME: usize = 32;
