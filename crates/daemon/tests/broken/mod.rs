//! Case 78, for each daemon's own tests: a good configuration, spoilt in one place at a time. The program says file, line, key and remedy, ends with 78, and has begun nothing.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// What is replaced in the good configuration, by what, the key that is at fault, and what is said of it.
pub(crate) type Spoilt = (&'static str, &'static str, &'static str, &'static str);

/// A directory with the files that configurations name: a certificate and its key, another's key, secrets, a web app.
pub(crate) fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("written");
    for name in ["good", "other"] {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        write(&format!("{name}.pem"), &made.cert.pem());
        write(&format!("{name}.key"), &made.signing_key.serialize_pem());
    }
    write("good.secret", SECRET);
    write("short.secret", "guess me");
    write("many.secret", &format!("{SECRET}\n").repeat(9));
    write("empty", "");
    fs::create_dir(dir.path().join("web")).expect("made");
    for page in ["index.html", "visit.html", "practice.html", "check.html"] {
        write(&format!("web/{page}"), page);
    }
    dir
}

/// Runs `program` with each of them, and once with `--check-config` and the good one.
pub(crate) fn each_is_refused(program: &str, dir: &Path, good: &str, spoilt: &[Spoilt]) {
    let run = |text: &str, arguments: &[&str]| {
        fs::write(dir.join("daemon.toml"), text).expect("written");
        let before = names(dir);
        let run = Command::new(program)
            .current_dir(dir)
            .args(["--config", "daemon.toml"])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("runs");
        assert_eq!(names(dir), before, "nothing is begun");
        (run.status.code(), String::from_utf8_lossy(&run.stderr).into_owned())
    };
    let (code, said) = run(good, &["--check-config"]);
    assert_eq!((code, &*said), (Some(0), ""), "the good one");

    for (from, to, key, remedy) in spoilt {
        assert!(good.contains(from), "{from}");
        let text = good.replacen(from, to, 1);
        let place = match to
            .lines()
            .last()
            .and_then(|line| text.lines().position(|it| it == line))
        {
            Some(line) => format!("daemon.toml, line {}: ", line + 1),
            None => "daemon.toml".to_owned(),
        };
        for arguments in [&[][..], &["--check-config"]] {
            let (code, said) = run(&text, arguments);
            assert_eq!(code, Some(78), "{to}: {said}");
            for part in [&*place, key, remedy] {
                assert!(said.contains(part), "{to}: {part} is missing: {said}");
            }
            for secret in [SECRET, "guess me", "PRIVATE KEY"] {
                assert!(!said.contains(secret), "{to}: {said}");
            }
        }
    }
}

fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).expect("a directory");
    entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect()
}

const SECRET: &str = "MARKER the operator's own secret";
