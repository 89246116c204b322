use std::io::{BufRead, Read as _};

use anyhow::{Context as _, bail, ensure};
use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;

use super::{BACKUP, End, Header, VERSION};
use crate::store::FORM;

/// A backup that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// When it was made: seconds of the Unix epoch.
    pub made: u64,
    pub(super) form: i64,
    pub(super) lines: u64,
}

/// Reads a backup to its end, and says whether it is one, and whole.
///
/// # Errors
/// When it is something else, of a newer version, cut off or changed.
pub fn check(from: impl BufRead) -> anyhow::Result<Checked> {
    let mut lines = Lines::new(from);
    let first = lines.next()?.context(NO_BACKUP)?;
    let header = header(&first)?;
    let mut hash = Context::new(&SHA256);
    let mut last = first;
    while let Some(line) = lines.next()? {
        hash.update(&std::mem::replace(&mut last, line));
    }
    let end: End = serde_json::from_slice(&last).ok().context(CUT_OFF)?;
    let before = lines.read - 1;
    let sum = HEXLOWER.encode(hash.finish().as_ref());
    ensure!(
        end.lines == before && end.sha256 == sum,
        "the backup is damaged: it is not what was written (SHA-256)"
    );
    Ok(Checked {
        made: header.made,
        form: header.form,
        lines: before,
    })
}

fn header(line: &[u8]) -> anyhow::Result<Header> {
    let known: serde_json::Value = serde_json::from_slice(line).ok().context(NO_BACKUP)?;
    ensure!(known["visite"] == BACKUP, NO_BACKUP);
    let newer = known["version"].as_u64().is_none_or(|version| version > VERSION)
        || known["form"].as_i64().is_none_or(|form| form > FORM);
    ensure!(
        !newer,
        "the backup was made by a newer version of Visite: restore it with that one"
    );
    serde_json::from_slice(line).ok().context(NO_BACKUP)
}

/// Lines of bounded length.
pub(super) struct Lines<R> {
    from: R,
    pub(super) read: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, read: 0 }
    }

    /// With what ends it.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = (&mut self.from).take(LONGEST).read_until(b'\n', &mut line);
        read.context("read the backup")?;
        match line.last() {
            None => Ok(None),
            Some(b'\n') => {
                self.read += 1;
                Ok(Some(line))
            }
            Some(_) if self.read == 0 => bail!(NO_BACKUP),
            Some(_) => bail!(CUT_OFF),
        }
    }
}

const NO_BACKUP: &str = "it is no backup of Visite";
const CUT_OFF: &str = "the backup is cut off: its last line is missing";
/// Bytes. The greatest cell is a practice's settings, of 64 KiB.
const LONGEST: u64 = 1024 * 1024;
