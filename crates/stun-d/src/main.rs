//! stun-d as a program, and `stun-d check-peer ADDRESS`: what the relay makes of a peer.

use std::{
    env,
    net::IpAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use daemon::{ConfigError, Source};
use stun::turn::{Peers, Verdict};
use stun_d::{Config, StunD};

fn main() -> ExitCode {
    if env::args_os().nth(1).is_some_and(|first| first == CHECK_PEER) {
        check_peer(&Question::parse_from(env::args_os().skip(1)))
    } else {
        daemon::main::<StunD>()
    }
}

/// Says whether the relay sends to an address, and why (not). Exit code 0: it does; 1: it doesn't.
#[derive(Debug, Parser)]
#[command(name = "stun-d check-peer")]
struct Question {
    /// The peer's address, in any spelling.
    address: IpAddr,
    /// With the `deny` and `allow` of this configuration; without, by the defaults.
    #[arg(long)]
    config: Option<PathBuf>,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is asked to say it")]
fn check_peer(question: &Question) -> ExitCode {
    let peers = match question.config.as_deref().map_or_else(|| Ok(Peers::default()), peers) {
        Ok(peers) => peers,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(EX_CONFIG);
        }
    };
    let address = question.address;
    match peers.judge(address) {
        Verdict::Open => println!("{address}: relayed to (it is of the open internet)"),
        Verdict::Allowed(network) => println!("{address}: relayed to (`allow` has {network})"),
        Verdict::Denied(network) => println!("{address}: not relayed to (`deny` has {network})"),
        Verdict::Own(_) => println!("{address}: not relayed to (this machine has it)"),
        Verdict::Special(network) => println!("{address}: not relayed to (it is not of the open internet: {network})"),
    }
    ExitCode::from(u8::from(!peers.allow(address)))
}

fn peers(config: &Path) -> Result<Peers, ConfigError> {
    let relay = daemon::read_config::<Config>(config)?.turn;
    relay
        .map_or_else(|| Ok(Peers::default()), |relay| relay.peers())
        .map_err(|error| error.located(&Source::file(config)))
}

const CHECK_PEER: &str = "check-peer";
const EX_CONFIG: u8 = 78;
