//! stun-d as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    daemon::main::<stun_d::StunD>()
}
