//! A daemon's example configuration is what documents its keys: whatever else tells of them is made from it.

use std::fmt::Write as _;

/// An example configuration: comments, each before the keys it is about. A line `#key = value` shows a key that has no value unless it is written; `# ` begins a comment.
#[derive(Debug)]
pub struct Example<'a> {
    about: Vec<&'a str>,
    entries: Vec<Entry<'a>>,
}

/// What it says of one key or one table.
#[derive(Debug)]
pub struct Entry<'a> {
    /// As in `tls.cert`.
    pub path: String,
    /// The lines of its comment; none where it shares that of the entry before it.
    pub comment: Vec<&'a str>,
    /// `cert = "…"` or `[tls]`.
    pub line: &'a str,
}

impl<'a> Example<'a> {
    /// Takes the file apart. What stands at its head, before the first empty line, is about the file.
    pub fn parse(text: &'a str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or(("", text));
        let (mut entries, mut comment, mut table) = (Vec::new(), Vec::new(), String::new());
        for line in body.lines() {
            if let Some(words) = line.strip_prefix("# ") {
                comment.push(words);
                continue;
            }
            let line = line.strip_prefix('#').unwrap_or(line);
            let path = if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                name.clone_into(&mut table);
                table.clone()
            } else if let Some((key, _)) = line.split_once(" = ") {
                if table.is_empty() {
                    key.to_owned()
                } else {
                    format!("{table}.{key}")
                }
            } else {
                continue;
            };
            let comment = std::mem::take(&mut comment);
            entries.push(Entry { path, comment, line });
        }
        let about = head.lines().map(|line| line.trim_start_matches("# ")).collect();
        Self { about, entries }
    }

    /// Every table and key, in the order of the file.
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// How `key` is written.
    pub(crate) fn line_of(&self, key: &str) -> Option<&'a str> {
        self.entries
            .iter()
            .find(|entry| entry.path == key)
            .map(|entry| entry.line)
    }

    /// The manual page of the file, in section 5: roff.
    pub fn manual_page(&self, name: &str) -> String {
        let variable = name.to_uppercase().replace('-', "_");
        let mut page = format!(
            ".TH {name}.toml 5 \"\" \"Visite {}\" \"Visite\"\n.SH NAME\n{name}.toml \\- configuration of {name}\n.SH DESCRIPTION\n{}\n.PP\n{}\n.SH KEYS\n",
            env!("CARGO_PKG_VERSION"),
            roff(&self.about.join(" ")),
            roff(&format!(
                "The file is TOML, in /etc/visite/{name}.toml unless --config names another. What it says is overridden by variables of the environment \
                 (VISITE_{variable}__LOG=debug; two underscores before each key, as in VISITE_{variable}__TABLE__KEY) and these by --set key=value. \
                 A key that is not in this page is refused. A key that is shown with # in front has no value, or the one that is shown, unless it is written. \
                 `{name} --check-config` says what is wrong with all of it."
            )),
        );
        for entry in &self.entries {
            let macro_name = if entry.line.starts_with('[') { ".SS" } else { ".TP" };
            let _ = writeln!(page, "{macro_name}\n.B {}", roff(entry.line));
            let comment = entry.comment.join(" ");
            if !comment.is_empty() {
                let _ = writeln!(page, "{}", roff(&comment));
            }
        }
        page
    }
}

/// Escapes what roff would take for its own.
fn roff(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-").replace('"', "\\(dq");
    match escaped.chars().next() {
        Some('.' | '\'') => format!("\\&{escaped}"),
        _ => escaped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "# A house.\n\n# The front\n# door.\ndoor = 1\n\n# Below.\n#[cellar]\n# Of stone.\n#steps = \"a-b\"\n#shelves = []\n";

    #[test]
    fn comments_go_with_the_keys_behind_them() {
        let example = Example::parse(EXAMPLE);
        let told: Vec<_> = example
            .entries()
            .iter()
            .map(|entry| format!("{}: {} ({})", entry.path, entry.comment.join(" "), entry.line))
            .collect();

        assert_eq!(
            told,
            [
                "door: The front door. (door = 1)",
                "cellar: Below. ([cellar])",
                "cellar.steps: Of stone. (steps = \"a-b\")",
                "cellar.shelves:  (shelves = [])",
            ]
        );
    }

    #[test]
    fn the_manual_page_tells_of_every_key() {
        let page = Example::parse(EXAMPLE).manual_page("house-d");

        assert!(page.starts_with(".TH house-d.toml 5"), "{page}");
        assert!(page.contains("VISITE_HOUSE_D__LOG=debug"), "{page}");
        assert!(page.contains(".TP\n.B steps = \\(dqa\\-b\\(dq\nOf stone.\n"), "{page}");
    }
}
