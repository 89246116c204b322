//! session-d as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    daemon::main::<session_d::SessionD>()
}
