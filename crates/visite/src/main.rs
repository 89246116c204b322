//! The command line. `visite up` runs the three daemons in one process, for a first try and for tests; everything else asks a running session-d or stun-d as its operator, or looks at a server from outside.

#![expect(clippy::print_stdout, reason = "a command line talks to people")]

mod backup;
mod check;
mod load;
mod manual;
mod operator;
mod probe;
mod status;
mod up;

use std::process::ExitCode;

use clap::Parser as _;

#[derive(Debug, clap::Parser)]
#[command(name = "visite", version, about = "Peer-to-peer video consultation, self-hosted")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Run everything on this machine: the three daemons, with a store and a certificate authority of their own.
    Up(up::Arguments),
    /// How the daemons are, at a glance: up, ready, versions, counts. The exit code is 1 unless all are ready.
    Status(status::Arguments),
    /// Write all that session-d has stored, and its signing keys, into one file, also while it is at work.
    Backup(backup::Backup),
    /// Make session-d's store and signing keys of a backup: on a new machine, or on another kind of store.
    Restore(backup::Restore),
    /// Look whether a server hands out the pages that were built, and nothing else.
    Check(check::Check),
    /// Vouch for pages that you built: sign their manifest.
    Sign(check::Sign),
    /// Write the manual pages and completions of all our programs, for a package.
    #[command(hide = true)]
    Manual(manual::Manual),
    /// Make a whole visit against an installation, and say how it went: for a monitoring system, or for a look at it.
    Probe(probe::Arguments),
    /// Many visits at once, to see what an installation bears.
    Load(load::Arguments),
    #[command(flatten)]
    Operator(operator::Command),
}

fn main() -> ExitCode {
    let end = match Arguments::parse().command {
        // Its exit codes are a monitoring system's.
        Command::Probe(arguments) => return probe::run(arguments),
        Command::Load(arguments) => load::run(&arguments),
        Command::Up(arguments) => up::run(arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Backup(arguments) => backup::back_up(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Sign(arguments) => check::sign(&arguments),
        Command::Manual(manual) => manual::write(&manual),
        Command::Operator(command) => operator::run(&command),
    };
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command line talks to people")]
fn report(error: &anyhow::Error) {
    eprintln!("visite: {error:#}");
}
