//! Where a configuration comes from: a file, the environment, flags. The later ones win.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    ops::Range,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use toml::{
    Spanned, Value,
    de::{DeTable, DeValue, Deserializer},
};

use super::{ConfigError, Example, Origin};

/// A configuration file, and what overrides it. It can be read as often as one likes, and is read anew each time.
#[derive(Debug, Clone)]
pub struct Source {
    file: PathBuf,
    overrides: Vec<Override>,
    /// Shows how a value is written; empty where nobody knows.
    example: &'static str,
}

#[derive(Debug, Clone)]
struct Override {
    /// What the operator has called it.
    name: String,
    path: Vec<String>,
    value: String,
}

impl Source {
    /// This file alone.
    pub fn file(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            overrides: Vec::new(),
            example: "",
        }
    }

    /// This file of the daemon called `name`, then what variables like `VISITE_SIGNAL_D__SESSION__UNIX` say (two underscores before each key), then what `flags` say, like `session.unix=…`.
    ///
    /// # Errors
    /// A variable that is no Unicode, or a flag without `=`.
    pub fn of_daemon(name: &str, example: &'static str, file: &Path, flags: &[String]) -> Result<Self, ConfigError> {
        let prefix = format!("VISITE_{}__", name.to_uppercase().replace('-', "_"));
        let mut variables = BTreeMap::new();
        for (variable, value) in env::vars_os() {
            let Some(variable) = variable.to_str().filter(|it| it.starts_with(&prefix)) else {
                continue;
            };
            let value = value.into_string().map_err(|_| refusal(variable, "is no Unicode"))?;
            variables.insert(variable.to_owned(), value);
        }
        let of_variable = |(name, value): (String, String)| Override {
            path: name[prefix.len()..]
                .to_lowercase()
                .split("__")
                .map(str::to_owned)
                .collect(),
            name,
            value,
        };
        let mut overrides: Vec<_> = variables.into_iter().map(of_variable).collect();
        for flag in flags {
            let name = format!("--set {flag}");
            let Some((key, value)) = flag.split_once('=') else {
                return Err(refusal(&name, "has no `=`: write --set key=value"));
            };
            overrides.push(Override {
                path: key.trim().split('.').map(str::to_owned).collect(),
                name: format!("--set {key}"),
                value: value.to_owned(),
            });
        }
        Ok(Self {
            file: file.to_owned(),
            overrides,
            example,
        })
    }

    /// What it says now, as its type.
    ///
    /// # Errors
    /// When the file can't be read, is no TOML, or the type refuses a key or a value.
    pub fn read<C: DeserializeOwned>(&self) -> Result<C, ConfigError> {
        let text = self.text()?;
        let table = self.table(&text)?;
        C::deserialize(Deserializer::from(table.clone())).map_err(|error| self.explain(&text, &table, &error))
    }

    /// Every key that has a value, as in `tls.cert`, with that.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn values(&self) -> Result<BTreeMap<String, Value>, ConfigError> {
        let mut values = BTreeMap::new();
        flatten(String::new(), Value::Table(self.read()?), &mut values);
        Ok(values)
    }

    /// Where the error's key stands.
    pub(super) fn locate(&self, mut error: ConfigError) -> ConfigError {
        let text = self.text().unwrap_or_default();
        let span = self.table(&text).ok().and_then(|table| {
            let path: Vec<_> = error.key.split('.').collect();
            span_of(table.get_ref(), &path)
        });
        error.origin = Some(self.origin(&text, span));
        error
    }

    fn text(&self) -> Result<String, ConfigError> {
        fs::read_to_string(&self.file).map_err(|error| {
            ConfigError::new(
                &self.file,
                format!("can't be read ({error}); name another with --config"),
            )
        })
    }

    /// The file with what overrides it. That the text doesn't have: its span is behind the text's end, by its number.
    fn table<'a>(&'a self, text: &'a str) -> Result<Spanned<DeTable<'a>>, ConfigError> {
        let mut table = DeTable::parse(text).map_err(|error| ConfigError {
            origin: Some(self.origin(text, error.span())),
            key: String::new(),
            what: format!("is no TOML: {}", one_line(error.message())),
        })?;
        for (number, it) in self.overrides.iter().enumerate() {
            let at = text.len() + number;
            insert(table.get_mut(), &it.path, &it.value, at..at).map_err(|what| refusal(&it.name, what))?;
        }
        Ok(table)
    }

    fn origin(&self, text: &str, span: Option<Range<usize>>) -> Origin {
        let behind = span.as_ref().and_then(|span| span.start.checked_sub(text.len()));
        match behind.and_then(|number| self.overrides.get(number)) {
            Some(it) => Origin::Override(it.name.clone()),
            None => Origin::File {
                file: self.file.display().to_string(),
                line: span.and_then(|span| Some(1 + text.get(..span.start)?.matches('\n').count())),
            },
        }
    }

    /// What serde says, in the operator's words, and how it is written.
    fn explain(&self, text: &str, table: &Spanned<DeTable<'_>>, error: &toml::de::Error) -> ConfigError {
        let said = one_line(error.message());
        let (mut key, span) = error
            .span()
            .filter(|span| *span != table.span())
            .and_then(|span| Some((key_at(table.get_ref(), &span)?, Some(span))))
            .unwrap_or_default();
        let named = said.split('`').nth(1).unwrap_or_default();
        let mut what = said.clone();
        if said.starts_with("missing field") {
            key = if key.is_empty() {
                named.to_owned()
            } else {
                format!("{key}.{named}")
            };
            "is missing".clone_into(&mut what);
        } else if let Some(rest) = said.strip_prefix(&format!("unknown field `{named}`")) {
            what = format!("is no key there{rest}");
        }
        if let Some(shown) = Example::parse(self.example).line_of(&key) {
            what = format!("{what}; write it like {shown}");
        }
        let origin = Some(self.origin(text, span));
        ConfigError { origin, key, what }
    }
}

/// The keys whose values differ, but for those that are named in `besides` and what is within them.
pub(crate) fn changed(
    before: &BTreeMap<String, Value>,
    now: &BTreeMap<String, Value>,
    besides: &[&str],
) -> Vec<String> {
    let keys: BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let is_named = |key: &str| {
        besides.iter().any(|it| {
            key.strip_prefix(it)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    keys.into_iter()
        .filter(|key| before.get(*key) != now.get(*key) && !is_named(key))
        .cloned()
        .collect()
}

fn refusal(name: &str, what: impl Into<String>) -> ConfigError {
    ConfigError {
        origin: Some(Origin::Override(name.to_owned())),
        key: String::new(),
        what: what.into(),
    }
}

/// Puts a value where `path` leads. What is no TOML value is a string: nobody quotes twice in a unit file.
fn insert<'a>(table: &mut DeTable<'a>, path: &'a [String], text: &'a str, span: Range<usize>) -> Result<(), String> {
    let (first, rest) = path.split_first().expect("a path has a key");
    if first.is_empty() {
        return Err("a key is missing".to_owned());
    }
    let key = Spanned::new(span.clone(), first.as_str().into());
    if rest.is_empty() {
        let value = DeValue::parse(text).map_or_else(|_| DeValue::String(text.into()), Spanned::into_inner);
        table.remove(first.as_str());
        table.insert(key, Spanned::new(span, value));
        return Ok(());
    }
    let within = table
        .entry(key)
        .or_insert_with(|| Spanned::new(span.clone(), DeValue::Table(DeTable::new())));
    match within.get_mut() {
        DeValue::Table(within) => insert(within, rest, text, span),
        _ => Err(format!("`{first}` has no keys of its own")),
    }
}

/// The innermost key that `span` is in.
fn key_at(table: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let name = key.get_ref();
        match inner_key_at(value, span) {
            Some(inner) => Some(format!("{name}.{inner}")),
            None => [key.span(), value.span()]
                .iter()
                .any(|it| it.start <= span.start && span.end <= it.end)
                .then(|| name.clone().into_owned()),
        }
    })
}

fn inner_key_at(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<String> {
    match value.get_ref() {
        DeValue::Table(table) => key_at(table, span),
        DeValue::Array(values) => values.iter().find_map(|value| inner_key_at(value, span)),
        _ => None,
    }
}

/// Where the key stands, or the last on the way to it that does.
fn span_of(table: &DeTable<'_>, path: &[&str]) -> Option<Range<usize>> {
    let (first, rest) = path.split_first()?;
    let (key, value) = table.get_key_value(*first)?;
    let within = match value.get_ref() {
        DeValue::Table(table) => span_of(table, rest),
        _ => None,
    };
    within.or_else(|| Some(key.span()))
}

fn flatten(key: String, value: Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Table(table) => {
            for (inner, value) in table {
                let key = if key.is_empty() {
                    inner
                } else {
                    format!("{key}.{inner}")
                };
                flatten(key, value, into);
            }
        }
        value => drop(into.insert(key, value)),
    }
}

fn one_line(text: &str) -> String {
    text.trim().replace('\n', "; ")
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    #[serde(deny_unknown_fields)]
    struct House {
        door: SocketAddr,
        #[serde(default)]
        cellar: Option<Cellar>,
    }

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    #[serde(deny_unknown_fields)]
    struct Cellar {
        steps: u8,
        #[serde(default)]
        shelves: Vec<String>,
    }

    const EXAMPLE: &str = "# The front door.\ndoor = \"[::]:443\"\n#[cellar]\n#steps = 12\n";

    fn read(text: &str, overrides: &[(&str, &str)]) -> Result<House, String> {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("house.toml");
        fs::write(&file, text).expect("written");
        let overrides = overrides.iter().map(|(name, value)| Override {
            name: (*name).to_owned(),
            path: name.split('.').map(str::to_owned).collect(),
            value: (*value).to_owned(),
        });
        let source = Source {
            overrides: overrides.collect(),
            example: EXAMPLE,
            ..Source::file(&file)
        };
        let folder = format!("{}/", dir.path().display());
        source.read().map_err(|error| error.to_string().replace(&folder, ""))
    }

    fn refusal_of(text: &str, overrides: &[(&str, &str)]) -> String {
        read(text, overrides).expect_err("is refused")
    }

    #[test]
    fn a_mistake_is_told_with_file_line_key_and_remedy() {
        let door = "door = '127.0.0.1:0'\n";
        for (text, said) in [
            (
                "# the door\ndoor = 'everywhere'\n",
                "house.toml, line 2: `door`: invalid socket address syntax; write it like door = \"[::]:443\"",
            ),
            ("", "house.toml: `door`: is missing; write it like door = \"[::]:443\""),
            (
                &format!("{door}dor = 1\n"),
                "house.toml, line 2: `dor`: is no key there, expected `door` or `cellar`",
            ),
            (
                &format!("{door}[cellar]\nshelves = []\n"),
                "house.toml, line 2: `cellar.steps`: is missing; write it like steps = 12",
            ),
            (
                &format!("{door}[cellar]\nsteps = 300\n"),
                "house.toml, line 3: `cellar.steps`: invalid value: integer `300`, expected u8; write it like steps = 12",
            ),
            (
                "door = \n",
                "house.toml, line 1: is no TOML: string values must be quoted, expected literal string",
            ),
        ] {
            assert_eq!(refusal_of(text, &[]), said);
        }
    }

    #[test]
    fn what_overrides_wins_and_is_named_where_it_is_wrong() {
        let text = "door = '127.0.0.1:0'\n[cellar]\nsteps = 3\n";
        let cellar = |overrides: &[(&str, &str)]| read(text, overrides).expect("is good").cellar.expect("is there");

        assert_eq!(cellar(&[("cellar.steps", "4"), ("cellar.steps", "5")]).steps, 5);
        assert_eq!(
            cellar(&[("cellar.shelves", "['wine', 'jam']")]).shelves,
            ["wine", "jam"]
        );
        assert_eq!(
            read("", &[("door", "[::1]:80"), ("cellar.steps", "1")])
                .expect("is good")
                .door
                .port(),
            80
        );
        for (name, value, said) in [
            (
                "door",
                "shut",
                "door: `door`: invalid socket address syntax; write it like door = \"[::]:443\"",
            ),
            ("dor", "1", "dor: `dor`: is no key there, expected `door` or `cellar`"),
            (
                "cellar.steps",
                "many",
                "cellar.steps: `cellar.steps`: invalid type: string \"many\", expected u8; write it like steps = 12",
            ),
            ("door.handle", "1", "door.handle: `door` has no keys of its own"),
        ] {
            assert_eq!(refusal_of(text, &[(name, value)]), said);
        }
    }

    #[test]
    fn what_is_found_wrong_later_is_located_as_well() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("house.toml");
        fs::write(&file, "door = '127.0.0.1:0'\n\n[cellar]\nsteps = 3\n").expect("written");
        let told = |key| {
            ConfigError::of_key(key, "creaks")
                .located(&Source::file(&file))
                .to_string()
        };

        assert!(told("cellar.steps").ends_with("house.toml, line 4: `cellar.steps`: creaks"));
        assert!(told("cellar.shelves").ends_with("house.toml, line 3: `cellar.shelves`: creaks"));
        assert!(told("roof").ends_with("house.toml: `roof`: creaks"));
    }

    #[test]
    fn a_missing_file_names_the_way_out() {
        let refusal = Source::file(Path::new("/nowhere/house.toml"))
            .read::<House>()
            .expect_err("is refused");

        assert!(refusal.to_string().ends_with("name another with --config"), "{refusal}");
    }

    #[test]
    fn what_has_changed_is_named_but_for_what_may() {
        let values = |text: &str| {
            let mut values = BTreeMap::new();
            flatten(
                String::new(),
                Value::Table(toml::from_str(text).expect("TOML")),
                &mut values,
            );
            values
        };
        let before = values("door = 1\n[cellar]\nsteps = 3\n[roof]\nred = true\n");
        let now = values("door = 2\nlog = 'info'\n[cellar]\nsteps = 4\n");

        assert_eq!(changed(&before, &now, &["cellar"]), ["door", "log", "roof.red"]);
        assert_eq!(
            changed(&before, &now, &["door", "cell", "log"]),
            ["cellar.steps", "roof.red"]
        );
    }
}
