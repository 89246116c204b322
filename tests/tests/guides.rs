//! docs/operate is held to what is true: every block of commands in it belongs to a test that runs it, what an operator types as root stands in one, and the alerts lead to sections that are there.

use std::{collections::BTreeSet, fs, path::PathBuf};

#[test]
fn every_command_of_the_guides_is_run_by_a_test() {
    let runner: String = ["tests/guides/one.sh", "tests/guides/two.sh"].map(read).concat();
    let mut count = 0;
    for (guide, text) in guides() {
        let elsewhere = ELSEWHERE.iter().find(|(theirs, _)| *theirs == guide);
        if let Some((_, test)) = elsewhere {
            assert!(read(test).contains(&format!("docs/operate/{guide}")), "{test}: {guide}");
            continue;
        }
        for heading in headings_with_commands(&text) {
            count += 1;
            let followed = format!("{guide} \"{heading}\"");
            assert!(runner.contains(&followed), "nobody runs the commands of {followed}");
        }
    }
    assert!(count > 20, "{count} sections with commands");
}

#[test]
fn commands_stand_where_tests_find_them() {
    for (guide, text) in guides() {
        for line in text.lines().filter_map(|line| line.strip_prefix("    ")) {
            let first = line.split(' ').next().unwrap_or_default();
            assert!(
                !["sudo", "systemctl", "journalctl"].contains(&first),
                "{guide}: {line} belongs into a block of `sh`"
            );
        }
    }
}

#[test]
fn alerts_lead_to_sections_that_are_there() {
    let incidents = read("docs/operate/incidents.md");
    let anchors: BTreeSet<String> = incidents.lines().filter_map(anchor).collect();
    let rules = read("deploy/prometheus/visite.rules.yml");
    let runbooks: Vec<_> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("runbook: docs/operate/incidents.md#"))
        .collect();
    assert_eq!(runbooks.len(), rules.matches("- alert: ").count());
    for runbook in runbooks {
        assert!(anchors.contains(runbook), "there is no section {runbook}");
    }
}

#[test]
fn guides_lead_to_each_other() {
    let texts = guides();
    for (guide, text) in &texts {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, section) = link.split_once('#').unwrap_or((link, ""));
            let path = PathBuf::from("docs/operate").join(if file.is_empty() { guide } else { file });
            let target = read(path.to_str().expect("UTF-8"));
            let is_there = section.is_empty() || target.lines().filter_map(anchor).any(|anchor| anchor == section);
            assert!(is_there, "{guide} leads to {link}, which is not there");
        }
    }
}

/// Each with its name.
fn guides() -> Vec<(String, String)> {
    let folder = root().join("docs/operate");
    let entries = fs::read_dir(&folder).expect("the guides");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
        .into_iter()
        .map(|name| (name.clone(), read(&format!("docs/operate/{name}"))))
        .collect()
}

fn headings_with_commands(text: &str) -> BTreeSet<&str> {
    let (mut heading, mut is_code, mut found) = ("", false, BTreeSet::new());
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("```") {
            if line == "```sh" && !is_code {
                found.insert(heading);
            }
            is_code = !is_code;
        } else if line.starts_with('#') && !is_code {
            heading = line.trim_start_matches('#').trim();
        }
    }
    found
}

/// What a heading is reached by: its words in lower case with lines between.
fn anchor(line: &str) -> Option<String> {
    let heading = line.strip_prefix('#')?.trim_start_matches('#').trim();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    let path = root().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Guides that others have in hand.
const ELSEWHERE: [(&str, &str); 2] = [
    ("install.md", "tests/packages/boot.sh"),
    ("backup.md", "crates/visite/tests/backup.rs"),
];
