//! `visite backup` and `visite restore`: everything that session-d has stored and signs with, as one file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use session_d::{Config, backup};

/// Whose store it is.
#[derive(Debug, clap::Args)]
struct Whose {
    /// session-d's configuration: where the store and the keys are.
    #[arg(
        long,
        value_name = "FILE",
        env = "VISITE_SESSION_CONFIG",
        default_value = "/etc/visite/session-d.toml"
    )]
    config: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    whose: Whose,
    /// Only look whether the file is a whole backup.
    #[arg(long)]
    check: bool,
    /// The file that is made; it must not be there yet. `-` is the standard output, to be encrypted on its way.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    whose: Whose,
    /// Replace the store and the keys that are there: what they hold is lost.
    #[arg(long)]
    force: bool,
    /// What `visite backup` has made.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Whose {
    fn read(&self) -> anyhow::Result<Config> {
        Ok(daemon::read_config(&self.config)?)
    }
}

pub(crate) fn back_up(arguments: &Backup) -> anyhow::Result<()> {
    let file = &arguments.file;
    if arguments.check {
        let checked = File::open(file)
            .map_err(anyhow::Error::from)
            .and_then(|file| backup::check(BufReader::new(file)))
            .with_context(|| format!("check {}", file.display()))?;
        println!("{} is whole, of {}", file.display(), at(checked.made));
        return Ok(());
    }
    let config = arguments.whose.read()?;
    if file == Path::new("-") {
        run(backup::write(&config, BufWriter::new(io::stdout())))?;
        return Ok(());
    }
    anyhow::ensure!(!file.exists(), "{} is there already", file.display());
    let summary = write_whole(&config, file).with_context(|| format!("write {}", file.display()))?;
    println!(
        "{}: {} rows, {} keys. Whoever has it can enter every room in it: keep it as you keep keys",
        file.display(),
        summary.rows,
        summary.keys
    );
    Ok(())
}

/// Under another name until it is whole and on disk. For its owner only.
fn write_whole(config: &Config, file: &Path) -> anyhow::Result<backup::Summary> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = write_part(config, &beside).and_then(|summary| {
        fs::rename(&beside, file)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(summary)
    });
    if written.is_err() {
        // What is left of it is of no use; that it can't be removed is not what went wrong.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_part(config: &Config, beside: &Path) -> anyhow::Result<backup::Summary> {
    let mut options = OpenOptions::new();
    let part = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(beside)?;
    let mut to = BufWriter::new(part);
    let summary = run(backup::write(config, &mut to))?;
    to.flush()?;
    to.get_ref().sync_all()?;
    Ok(summary)
}

pub(crate) fn restore(arguments: &Restore) -> anyhow::Result<()> {
    let config = arguments.whose.read()?;
    let summary = run(backup::restore(&config, &arguments.file, arguments.force))?;
    println!(
        "{} rows and {} keys are restored. Start session-d now",
        summary.rows, summary.keys
    );
    Ok(())
}

fn run<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work)
}

/// UTC: `2026-11-24T09:30:00Z`.
fn at(seconds: u64) -> prost_types::Timestamp {
    (SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).into()
}
