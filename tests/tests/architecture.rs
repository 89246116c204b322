//! The plan of the house (ARCHITECTURE.md) held against what cargo knows. A new arrow between crates is a decision: change the table here in the same commit, and say why.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Which of our crates each of them may use. Cores use none.
const ARROWS: [(&str, &[&str]); 13] = [
    ("room", &[]),
    ("stun", &[]),
    ("sealed", &[]),
    ("api", &[]),
    ("daemon", &[]),
    ("session-d", &["api", "daemon", "room"]),
    ("signal-d", &["api", "daemon", "room"]),
    ("stun-d", &["api", "daemon", "stun"]),
    ("peer", &["room", "sealed", "stun"]),
    ("proof", &["stun"]),
    ("storm", &["api", "stun"]),
    ("wire", &[]),
    ("visite", &["api", "daemon", "peer", "session-d", "signal-d", "stun-d"]),
];

/// What a core may use besides the standard library: nothing that waits, sends, reads a clock or writes a log.
const CORES: [&str; 3] = ["room", "stun", "sealed"];
const FIT_FOR_A_CORE: [&str; 9] = [
    "aws-lc-rs",
    "data-encoding",
    "hashbrown",
    "jsonwebtoken",
    "md-5",
    "serde",
    "serde_json",
    "slab",
    "thiserror",
];

/// There is one TLS stack and one provider of cryptography; these would be a second, or are ones we don't link.
const BANNED: [&str; 9] = [
    "ring",
    "openssl",
    "openssl-sys",
    "native-tls",
    "boring",
    "mbedtls",
    "dtls",
    "turn-rs",
    "async-std",
];

/// Crates of which two versions are in the daemons, since others' needs differ; each goes when they agree.
const TOLERATED_TWICE: [&str; 12] = [
    "base64",        // pem (for rcgen) is ahead of all others
    "block-buffer",  // a cipher that dimpl brings and we don't offer is ahead of the hashes of sqlx and tungstenite
    "cpufeatures",   // likewise
    "crypto-common", // likewise
    "digest",        // sqlx's PostgreSQL is ahead of its own core, of tungstenite and of stun
    "getrandom",     // dimpl is ahead of tungstenite
    "hashbrown",     // sqlx and indexmap
    "md-5",          // sqlx's PostgreSQL is ahead of stun
    "rand",          // dimpl is ahead of tungstenite
    "rand_core",     // likewise
    "sha2",          // sqlx's PostgreSQL is ahead of its own core
    "untrusted",     // aws-lc-rs, in the form that instant-acme wants, and webpki
];

/// Licences that may be linked into a product that is Apache-2.0 OR MIT. One of the alternatives is enough.
const LICENCES: [&str; 12] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
    "Unlicense",
];

#[test]
fn our_crates_use_each_other_as_planned() {
    let metadata = metadata();
    let ours: BTreeSet<_> = ARROWS.iter().map(|(name, _)| *name).collect();

    for package in metadata.workspace_packages() {
        if package.name.as_str() == "tests" {
            continue;
        }
        let (_, planned) = ARROWS
            .iter()
            .find(|(name, _)| *name == package.name.as_str())
            .unwrap_or_else(|| panic!("{} is not in the plan", package.name));
        let uses: BTreeSet<_> = normal_dependencies(package)
            .filter(|name| ours.contains(name))
            .collect();

        assert_eq!(
            uses,
            planned.iter().copied().collect(),
            "what {} uses of ours",
            package.name
        );
    }
}

#[test]
fn cores_use_nothing_that_acts() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        if !CORES.contains(&package.name.as_str()) {
            continue;
        }
        for dependency in normal_dependencies(package) {
            assert!(
                FIT_FOR_A_CORE.contains(&dependency),
                "{} uses {dependency}",
                package.name
            );
        }
    }
}

#[test]
fn there_is_one_tls_stack_and_one_provider_of_cryptography() {
    let linked = linked();

    for banned in BANNED {
        assert!(!linked.contains_key(banned), "{banned} is linked");
    }
    for single in [
        "rustls",
        "aws-lc-rs",
        "aws-lc-sys",
        "libsqlite3-sys",
        "tokio",
        "hyper",
        "tonic",
        "prost",
    ] {
        assert_eq!(linked.get(single).map(BTreeSet::len), Some(1), "versions of {single}");
    }
}

#[test]
fn every_dependency_is_there_once() {
    let linked = linked();
    let twice: BTreeSet<_> = linked
        .iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, _)| name.as_str())
        .collect();

    assert_eq!(
        twice,
        TOLERATED_TWICE.into(),
        "an exception that is no longer needed goes"
    );
}

#[test]
fn every_linked_licence_fits() {
    for package in linked_packages().iter().filter(|package| !is_ours(package)) {
        assert!(fits(&package.licence), "{} is {}", package.name, package.licence);
    }
}

/// Whether an SPDX expression can be satisfied: all parts of an AND, one of an OR (the older `/` means OR).
fn fits(licence: &str) -> bool {
    licence.replace('/', " OR ").split(" AND ").all(|part| {
        part.split(" OR ")
            .any(|one| LICENCES.contains(&one.trim_matches(['(', ')', ' '])))
    })
}

fn is_ours(package: &Linked) -> bool {
    ARROWS.iter().any(|(name, _)| *name == package.name)
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(MANIFEST)
        .no_deps()
        .other_options(["--locked".to_owned()])
        .exec()
        .expect("cargo metadata")
}

fn normal_dependencies(package: &Package) -> impl Iterator<Item = &str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .map(|dependency| dependency.name.as_str())
}

/// Everything that ends up in one of our programs, with its versions.
fn linked() -> BTreeMap<String, BTreeSet<String>> {
    let mut linked = BTreeMap::<_, BTreeSet<_>>::new();
    for package in linked_packages() {
        linked.entry(package.name).or_default().insert(package.version);
    }
    linked
}

#[derive(Debug)]
struct Linked {
    name: String,
    version: String,
    licence: String,
}

/// What our programs reach through dependencies that are neither for tests, nor for build scripts, nor run inside the compiler. `cargo metadata`
/// also lists what no feature switches on; `cargo tree` is exact.
fn linked_packages() -> Vec<Linked> {
    let out = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--manifest-path",
            MANIFEST,
            "--workspace",
            "--locked",
            "--prefix",
            "none",
        ])
        .args(["--edges", "normal,no-proc-macro", "--format", "{p}|{l}"])
        .output()
        .expect("cargo tree");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).expect("UTF-8");
    text.lines().filter(|line| !line.is_empty()).map(parse_line).collect()
}

/// `name v1.2.3 (where it is)|licence`, with ` (*)` behind what was there before.
fn parse_line(line: &str) -> Linked {
    let (package, licence) = line.split_once('|').expect("the format asked for");
    let mut words = package.split(' ');
    let mut word = || words.next().expect("a name and a version").to_owned();
    Linked {
        name: word(),
        version: word(),
        licence: licence.trim_end_matches(" (*)").to_owned(),
    }
}

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
