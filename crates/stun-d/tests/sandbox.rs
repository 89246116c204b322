//! Case 73: what a daemon has given up it can't get back.

use std::process::Command;

#[test]
#[expect(clippy::print_stderr, reason = "what is not tested is said loudly")]
fn case_73_what_is_forbidden_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = dir.path().join("stun-d.toml");
    std::fs::write(&config, "listen = ['127.0.0.1:0']\n").expect("written");

    let tried = Command::new(env!("CARGO_BIN_EXE_stun-d"))
        .arg("--config")
        .arg(&config)
        .arg("--self-test")
        .output()
        .expect("it runs");

    let said = String::from_utf8_lossy(&tried.stdout);
    if String::from_utf8_lossy(&tried.stderr).contains("there is no ") {
        eprintln!("!! SKIPPED, not tested: this kernel has no Landlock or no seccomp\n{said}");
        return;
    }
    assert!(tried.status.success(), "{said}");
    assert_eq!(
        said.lines().filter(|line| line.starts_with("refused: ")).count(),
        7,
        "{said}"
    );
}
