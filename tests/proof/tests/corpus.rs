//! What fuzzing has found worth keeping (`scripts/test fuzz`): tried on every run.

use std::{fs, path::Path};

fn try_all(target: &str, of: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let files = fs::read_dir(folder).expect("a corpus");
    let count = files
        .map(|file| of(&fs::read(file.expect("a file").path()).expect("readable")))
        .count();
    assert!(count > 0, "{target} has a corpus");
}

#[test]
fn messages() {
    try_all("message", proof::targets::message);
}

#[test]
fn streams() {
    try_all("framer", proof::targets::framer);
}

#[test]
fn case_17_peers() {
    try_all("peers", proof::targets::peers);
}

#[test]
fn case_16_the_relay() {
    try_all("relay", proof::story::tell);
}
