//! `visite manual`: what packages ship so that people find their way: manual pages and completions, of all our programs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;
use daemon::{Daemon, Example};
use session_d::SessionD;
use signal_d::SignalD;
use stun_d::StunD;

#[derive(Debug, clap::Args)]
pub(crate) struct Manual {
    /// Where they go: `man`, `bash`, `zsh` and `fish` in it are made.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(crate) fn write(manual: &Manual) -> anyhow::Result<()> {
    let dir = |name| {
        let dir = manual.dir.join(name);
        fs::create_dir_all(&dir).with_context(|| format!("make {}", dir.display()))?;
        anyhow::Ok(dir)
    };
    let pages = dir("man")?;
    let command = crate::Arguments::command();
    write_pages(command.clone(), "1", &pages)?;
    let daemons = [
        daemon::command::<SessionD>(),
        daemon::command::<SignalD>(),
        daemon::command::<StunD>(),
    ];
    for daemon in &daemons {
        write_pages(daemon.clone(), "8", &pages)?;
    }
    write_configuration::<SessionD>(&pages)?;
    write_configuration::<SignalD>(&pages)?;
    write_configuration::<StunD>(&pages)?;
    for (shell, name) in [(Shell::Bash, "bash"), (Shell::Zsh, "zsh"), (Shell::Fish, "fish")] {
        let dir = dir(name)?;
        for mut program in std::iter::once(&command).chain(&daemons).cloned() {
            let name = program.get_name().to_owned();
            clap_complete::generate_to(shell, &mut program, name, &dir)?;
        }
    }
    Ok(())
}

/// A page for its configuration: what the example says of each key.
fn write_configuration<D: Daemon>(dir: &Path) -> anyhow::Result<()> {
    let page = dir.join(format!("{}.toml.5", D::NAME));
    fs::write(&page, Example::parse(D::EXAMPLE).manual_page(D::NAME))
        .with_context(|| format!("write {}", page.display()))
}

/// A page for the program, and one for each of its subcommands.
fn write_pages(command: clap::Command, section: &str, dir: &Path) -> anyhow::Result<()> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    write_page(&command, section, dir)
}

fn write_page(command: &clap::Command, section: &str, dir: &Path) -> anyhow::Result<()> {
    Man::new(command.clone())
        .section(section)
        .manual("Visite")
        .generate_to(dir)
        .with_context(|| format!("write the page of {}", command.get_name()))?;
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    shown
        .into_iter()
        .try_for_each(|command| write_page(command, section, dir))
}
