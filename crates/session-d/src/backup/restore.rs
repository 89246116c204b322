use std::{
    fs::{self, DirBuilder, File},
    io::BufReader,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown},
    path::Path,
};

use anyhow::{Context as _, ensure};
use data_encoding::HEXLOWER;
use serde_json::Value as Json;

use super::{
    Key, Summary,
    check::{Checked, Lines, check},
};
use crate::{
    Config, STORE, keys,
    store::{Filling, Table},
};

/// Makes store and signing keys of what a backup holds: into an empty place, or with `force` instead of what is there. session-d must not be at work.
///
/// # Errors
/// When the file is no whole backup, when there is something and no `force`, when session-d is at work, or a disk is full. Before anything is replaced it is known that the
/// backup is whole.
pub async fn restore(config: &Config, file: &Path, force: bool) -> anyhow::Result<Summary> {
    let context = || format!("restore {}", file.display());
    let open = || File::open(file).map(BufReader::new);
    let checked = check(open().with_context(context)?).with_context(context)?;
    let dir = &config.data_dir;
    make_dir(dir).with_context(context)?;
    let filling = Filling::begin(&dir.join(STORE), config.postgres.as_ref(), checked.form, force).await?;
    let (filling, keys, rows) = fill(filling, checked, Lines::new(open()?))
        .await
        .with_context(context)?;
    let before = keys::seeds(dir)?;
    ensure!(
        force || before.is_empty() || before == keys,
        "there are other keys in {} already: --force replaces them",
        keys::dir(dir).display()
    );
    // First the keys: with them alone nothing is lost yet.
    keys::replace(dir, &keys).with_context(context)?;
    filling.finish().await.with_context(context)?;
    give_to_owner(dir).with_context(context)?;
    Ok(Summary {
        rows,
        keys: keys.len() as u64,
    })
}

type Seeds = Vec<(String, Vec<u8>)>;

async fn fill(
    mut filling: Filling,
    checked: Checked,
    mut lines: Lines<BufReader<File>>,
) -> anyhow::Result<(Filling, Seeds, u64)> {
    let (mut keys, mut rows) = (Vec::new(), 0);
    let mut table: Option<(Table, String)> = None;
    lines.next()?;
    // The last line is none of ours.
    while lines.read < checked.lines {
        let line = lines.next()?.context("the backup has become shorter meanwhile")?;
        let at = lines.read;
        let context = || format!("line {at}");
        let json: Json = serde_json::from_slice(&line).with_context(context)?;
        match (json, &table) {
            (Json::Array(row), Some((table, insertion))) => {
                let insert = table.insert(insertion, row, filling.connection());
                insert.await.with_context(context)?;
                rows += 1;
            }
            (json, _) if json.get("table").is_some() => {
                let next: Table = serde_json::from_value(json).with_context(context)?;
                let insertion = next.insertion().with_context(context)?;
                table = Some((next, insertion));
            }
            (json, None) => {
                let key: Key = serde_json::from_value(json).with_context(context)?;
                let seed = HEXLOWER.decode(key.seed.as_bytes()).with_context(context)?;
                keys.push((key.key, seed));
            }
            (_, Some(_)) => anyhow::bail!("line {at} is neither a table nor a row"),
        }
    }
    Ok((filling, keys, rows))
}

fn make_dir(dir: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.with_context(|| format!("make {}", dir.display()))
}

/// Root restores what session-d's user has to read.
fn give_to_owner(dir: &Path) -> anyhow::Result<()> {
    let owner = fs::metadata(dir)?;
    let mut paths = vec![dir.join(STORE), keys::dir(dir)];
    for entry in fs::read_dir(keys::dir(dir))? {
        paths.push(entry?.path());
    }
    for path in paths.iter().filter(|path| path.exists()) {
        let file = fs::metadata(path)?;
        if (file.uid(), file.gid()) != (owner.uid(), owner.gid()) {
            chown(path, Some(owner.uid()), Some(owner.gid()))
                .with_context(|| format!("give {} to the folder's owner", path.display()))?;
        }
    }
    Ok(())
}
