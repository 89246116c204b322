//! Every key of a configuration is described once, in the example in `deploy/`, from which the manual page is made: the keys that the code knows are those of the examples, and no others.

use std::{collections::BTreeSet, fs, path::Path};

use daemon::{Daemon, Example};
use session_d::SessionD;
use signal_d::SignalD;
use stun_d::StunD;
use toml::{Table, Value};

#[test]
fn every_key_of_session_d_is_described() {
    hold_against_example::<SessionD>(&[]);
}

#[test]
fn every_key_of_signal_d_is_described() {
    hold_against_example::<SignalD>(&["session.unix"]);
}

#[test]
fn every_key_of_stun_d_is_described() {
    hold_against_example::<StunD>(&[]);
}

/// `either`: what excludes others that are described beside it.
fn hold_against_example<D: Daemon>(either: &[&str]) {
    let example = Example::parse(D::EXAMPLE);
    let (mut described, mut tables) = (BTreeSet::new(), BTreeSet::new());
    for entry in example.entries() {
        assert!(
            described.insert(entry.path.clone()),
            "{} is described twice",
            entry.path
        );
        // `[api.unix]` shows that there is an `api`.
        if let (true, Some((table, _))) = (entry.line.starts_with('['), entry.path.rsplit_once('.')) {
            tables.insert(table.to_owned());
        }
    }
    described.extend(tables);
    let manual = example.manual_page(D::NAME);
    for entry in example.entries() {
        let line = entry.line.replace('-', "\\-").replace('"', "\\(dq");
        assert!(manual.contains(&line), "{line} is not in the manual page");
    }

    let whole = written_out(D::EXAMPLE);
    assert_eq!(
        refusal::<D>(&whole, either),
        None,
        "the example, with every key written out"
    );
    let mut known = BTreeSet::new();
    collect_keys::<D>(&whole, &mut Vec::new(), either, &mut known);
    assert_eq!(known, described);
}

/// The example with nothing commented out.
fn written_out(example: &str) -> Table {
    let uncommented = example.lines().map(|line| match line.strip_prefix('#') {
        Some(key) if !key.starts_with(' ') => key,
        _ => line,
    });
    let text: Vec<_> = uncommented.collect();
    toml::from_str(&text.join("\n")).expect("TOML")
}

/// Asks the code for the keys of each table: it names them when it refuses one.
fn collect_keys<D: Daemon>(whole: &Table, path: &mut Vec<String>, either: &[&str], known: &mut BTreeSet<String>) {
    let mut spoilt = whole.clone();
    table_at(&mut spoilt, path).insert("?".to_owned(), Value::Boolean(true));
    let refusal = refusal::<D>(&spoilt, either).expect("there is no such key");
    let (_, expected) = refusal
        .split_once("expected ")
        .unwrap_or_else(|| panic!("no keys are named: {refusal}"));
    let names: Vec<_> = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    for name in names {
        path.push(name);
        known.insert(path.join("."));
        let mut copy = whole.clone();
        let parent = table_at(&mut copy, &path[..path.len() - 1]);
        let value = parent.get(&path[path.len() - 1]);
        let value = value.unwrap_or_else(|| panic!("{} is not described", path.join(".")));
        // What is in a list is described by what is shown of it.
        if value.is_table() {
            collect_keys::<D>(whole, path, either, known);
        }
        path.pop();
    }
}

fn table_at<'a>(table: &'a mut Table, path: &[String]) -> &'a mut Table {
    path.iter().fold(table, |table, key| {
        let value = table.get_mut(key).expect("it is there");
        value.as_table_mut().expect("a table")
    })
}

/// What is said of a configuration, if it is refused: without those of `either` that are there.
fn refusal<D: Daemon>(table: &Table, either: &[&str]) -> Option<String> {
    let mut table = table.clone();
    for key in either {
        let (parent, name) = key.rsplit_once('.').expect("in a table");
        let parent: Vec<_> = parent.split('.').map(str::to_owned).collect();
        table_at(&mut table, &parent).remove(name);
    }
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("daemon.toml");
    fs::write(&file, toml::to_string(&table).expect("TOML")).expect("written");
    let read = daemon::read_config::<D::Config>(Path::new(&file));
    read.err().map(|error| error.to_string())
}
