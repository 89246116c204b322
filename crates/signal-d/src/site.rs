//! The web app: read at the start, compressed once, and served from memory.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use aws_lc_rs::digest;
use axum::body::Body;
use axum::http::{
    HeaderMap, Response, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, VARY},
};
use bytes::Bytes;
use daemon::ConfigError;
use data_encoding::HEXLOWER;
use flate2::{Compression, write::GzEncoder};

/// All files of the web app, by the path that they are asked for with.
#[derive(Debug)]
pub(crate) struct Site(BTreeMap<String, File>);

struct File {
    plain: Bytes,
    /// Where that is shorter.
    gzip: Option<Bytes>,
    content_type: &'static str,
    etag: String,
    /// Its name changes with its content.
    immutable: bool,
}

impl Site {
    /// Whether the app is there.
    pub(crate) fn check(root: &Path) -> Result<(), ConfigError> {
        match PAGES.iter().find(|page| !root.join(&page[1..]).is_file()) {
            Some(page) => {
                let what = format!(
                    "holds no web app: {page} is missing; name the folder that `npm run build` has filled (web/dist)"
                );
                Err(ConfigError::new(root, what).within("web_root"))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn load(root: &Path) -> anyhow::Result<Self> {
        Self::check(root)?;
        let mut files = BTreeMap::new();
        for path in walk(root).with_context(|| format!("read the web app in {}", root.display()))? {
            let name = path
                .strip_prefix(root)
                .expect("it was found there")
                .to_string_lossy()
                .into_owned();
            files.insert(format!("/{name}"), File::load(&path, name.starts_with("assets/"))?);
        }
        Ok(Self(files))
    }

    /// The answer to a GET; 404 where there is no such file.
    pub(crate) fn answer(&self, path: &str, headers: &HeaderMap) -> Response<Body> {
        let file = match path {
            "/" => "/index.html",
            "/practice" => "/practice.html",
            "/check" => "/check.html",
            // The invite is for the page's own script. It is not looked at here, and spends nothing.
            _ if path.starts_with("/v/") => "/visit.html",
            // Pages have one address each.
            _ if PAGES.contains(&path) => return plain(StatusCode::NOT_FOUND),
            _ => path,
        };
        self.0
            .get(file)
            .map_or_else(|| plain(StatusCode::NOT_FOUND), |file| file.answer(headers))
    }
}

impl File {
    fn load(path: &Path, immutable: bool) -> anyhow::Result<Self> {
        let plain = fs::read(path).with_context(|| format!("read {}", path.display()))?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&plain)?;
        let gzip = encoder.finish()?;
        let hash = digest::digest(&digest::SHA256, &plain);
        Ok(Self {
            gzip: (gzip.len() < plain.len()).then(|| gzip.into()),
            plain: plain.into(),
            content_type: content_type(path),
            etag: format!("\"{}\"", HEXLOWER.encode(&hash.as_ref()[..16])),
            immutable,
        })
    }

    fn answer(&self, headers: &HeaderMap) -> Response<Body> {
        let caching = if self.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let response = Response::builder()
            .header(CACHE_CONTROL, caching)
            .header(ETAG, &self.etag)
            .header(VARY, "accept-encoding");
        if has(headers, IF_NONE_MATCH, &self.etag) {
            return response
                .status(StatusCode::NOT_MODIFIED)
                .body(Body::empty())
                .expect("plain headers");
        }
        let response = response.header(CONTENT_TYPE, self.content_type);
        let answer = match &self.gzip {
            Some(gzip) if has(headers, ACCEPT_ENCODING, "gzip") => {
                response.header(CONTENT_ENCODING, "gzip").body(Body::from(gzip.clone()))
            }
            _ => response.body(Body::from(self.plain.clone())),
        };
        answer.expect("plain headers")
    }
}

/// An answer that says nothing but its status.
pub(crate) fn plain(status: StatusCode) -> Response<Body> {
    let text = format!("{}\n", status.canonical_reason().unwrap_or("error"));
    let response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/plain; charset=utf-8");
    let response = match status {
        StatusCode::SERVICE_UNAVAILABLE => response.header(RETRY_AFTER, "2"),
        _ => response,
    };
    response
        .header(CACHE_CONTROL, "no-store")
        .body(Body::from(text))
        .expect("plain headers")
}

fn has(headers: &HeaderMap, name: axum::http::HeaderName, wanted: &str) -> bool {
    let texts = headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    let mut items = texts.flat_map(|text| text.split(','));
    // `gzip;q=0` is a refusal that no browser sends.
    items.any(|item| {
        item.split(';')
            .next()
            .is_some_and(|item| item.trim().trim_start_matches("W/") == wanted)
    })
}

fn walk(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        match entry.file_type()? {
            kind if kind.is_dir() => found.extend(walk(&entry.path())?),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    Ok(found)
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        Some("woff2") => "font/woff2",
        Some("ftl" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({} bytes)", self.plain.len())
    }
}

const PAGES: [&str; 4] = ["/index.html", "/visit.html", "/practice.html", "/check.html"];
