//! signal-d as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    daemon::main::<signal_d::SignalD>()
}
