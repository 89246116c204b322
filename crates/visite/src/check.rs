//! Whether a server hands out the pages that were built, and nothing else: `visite check`. And `visite sign`, by which whoever builds them vouches for them.
//!
//! The build leaves a manifest in `.well-known/visite-manifest.json`: each address, and the SHA-256 of what is answered there. Beside it may lie a signature,
//! `.well-known/visite-manifest.sig`: Ed25519 over [`SIGNED`] and the manifest's bytes, in base64.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use aws_lc_rs::{
    digest, rand,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use data_encoding::{BASE64, HEXLOWER};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{Request, Uri, body::Bytes, client::conn::http1::SendRequest, header};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Check {
    /// The server, as its guests know it: https://video.example.org
    url: Uri,
    #[command(flatten)]
    against: Against,
    /// The certificate authorities to trust (PEM). `visite up` has its own in its data directory.
    #[arg(long, default_value = "/etc/ssl/certs/ca-certificates.crt")]
    ca: PathBuf,
}

/// What the server's manifest is held against. Without either, a server could hand out a manifest that goes with its own pages.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct Against {
    /// Pages that you built yourself from the same source.
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// The public key of whoever signed the manifest.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sign {
    /// The built pages (web/dist).
    web: PathBuf,
    /// The secret key. Where the file is missing it is made, and the public key beside it (`.pub`).
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    v: u32,
    /// By address.
    files: BTreeMap<String, String>,
}

pub(crate) fn check(check: &Check) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings = runtime.block_on(look(check))?;
    for finding in &findings.right {
        println!("  ok     {finding}");
    }
    for finding in &findings.wrong {
        println!("  WRONG  {finding}");
    }
    ensure!(
        findings.wrong.is_empty(),
        "{} hands out something else than what was built",
        check.url
    );
    Ok(())
}

pub(crate) fn sign(Sign { web, key }: &Sign) -> anyhow::Result<()> {
    let manifest = fs::read(web.join(MANIFEST)).with_context(|| format!("{} holds no built pages", web.display()))?;
    let pair = key_pair(key)?;
    let signature = BASE64.encode(pair.sign(&signed(&manifest)).as_ref());
    fs::write(web.join(SIGNATURE), format!("{signature}\n")).context("write the signature")?;
    println!(
        "Signed. `visite check https://… --key {}` tells.",
        public_file(key).display()
    );
    Ok(())
}

#[derive(Debug, Default)]
struct Findings {
    right: Vec<String>,
    wrong: Vec<String>,
}

impl Findings {
    fn note(&mut self, is_right: bool, what: String) {
        if is_right { &mut self.right } else { &mut self.wrong }.push(what);
    }
}

async fn look(Check { url, against, ca }: &Check) -> anyhow::Result<Findings> {
    let mut server = Server::connect(url, ca).await?;
    let mut findings = Findings::default();
    let (manifest, _) = server.get(&format!("/{MANIFEST}")).await?;
    if let Some(web) = &against.web {
        let ours = fs::read(web.join(MANIFEST)).with_context(|| format!("{} holds no built pages", web.display()))?;
        findings.note(ours == manifest, format!("its manifest is that of {}", web.display()));
    }
    if let Some(key) = &against.key {
        let (signature, _) = server.get(&format!("/{SIGNATURE}")).await?;
        let is_signed = is_signed(&manifest, &signature, &public_key(key)?);
        findings.note(is_signed, format!("its manifest is signed by {}", key.display()));
    }
    let Manifest { v, files } = serde_json::from_slice(&manifest).context("read the server's manifest")?;
    ensure!(v == 1, "the server's manifest is of another version ({v})");
    ensure!(files.len() <= MOST_FILES, "the server's manifest names too many files");
    for (address, expected) in &files {
        let (body, policy) = server.get(address).await?;
        let got = HEXLOWER.encode(digest::digest(&digest::SHA256, &body).as_ref());
        findings.note(got == *expected, address.clone());
        if !address.starts_with("/assets/") && !POLICY.iter().all(|rule| policy.contains(rule)) {
            findings.note(
                false,
                format!("{address}: its Content-Security-Policy lets other scripts in"),
            );
        }
    }
    Ok(findings)
}

/// One connection to the server that is looked at.
struct Server {
    host: String,
    requests: SendRequest<Empty<Bytes>>,
}

impl Server {
    async fn connect(url: &Uri, ca: &Path) -> anyhow::Result<Self> {
        let authority = url.authority().context("the address needs a host: https://…")?;
        ensure!(url.scheme_str() == Some("https"), "only https:// can be checked");
        let (name, port) = (authority.host(), authority.port_u16().unwrap_or(443));
        let connecting = async {
            let tcp = TcpStream::connect((name.trim_matches(['[', ']']), port)).await?;
            let config = daemon::tls::client_config(ca, None)?;
            let server = ServerName::try_from(name.trim_matches(['[', ']']).to_owned())?;
            let tls = TlsConnector::from(Arc::new(config)).connect(server, tcp).await?;
            anyhow::Ok(hyper::client::conn::http1::handshake(TokioIo::new(tls)).await?)
        };
        let (requests, connection) = timeout(PATIENCE, connecting)
            .await
            .context("it takes too long")
            .and_then(|connected| connected)
            .with_context(|| format!("connect to {name}:{port}"))?;
        tokio::spawn(connection);
        let host = authority.as_str().to_owned();
        Ok(Self { host, requests })
    }

    /// The body, and the Content-Security-Policy.
    async fn get(&mut self, address: &str) -> anyhow::Result<(Bytes, String)> {
        let request = Request::get(address)
            .header(header::HOST, &self.host)
            .body(Empty::new())?;
        let getting = async {
            self.requests.ready().await?;
            let response = self.requests.send_request(request).await?;
            ensure!(response.status().is_success(), "{}", response.status());
            let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
            let policy = policy
                .and_then(|policy| policy.to_str().ok())
                .unwrap_or_default()
                .to_owned();
            match Limited::new(response.into_body(), LARGEST).collect().await {
                Ok(body) => Ok((body.to_bytes(), policy)),
                Err(error) => bail!("{error}"),
            }
        };
        timeout(PATIENCE, getting)
            .await
            .context("it takes too long")
            .and_then(|got| got)
            .with_context(|| format!("get {address}"))
    }
}

fn is_signed(manifest: &[u8], signature: &[u8], key: &[u8]) -> bool {
    let signature = BASE64.decode(signature.trim_ascii()).unwrap_or_default();
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&signed(manifest), &signature)
        .is_ok()
}

fn signed(manifest: &[u8]) -> Vec<u8> {
    [SIGNED, manifest].concat()
}

fn public_key(file: &Path) -> anyhow::Result<Vec<u8>> {
    let text = fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let key = BASE64.decode(text.trim_ascii()).unwrap_or_default();
    ensure!(
        key.len() == 32,
        "{} holds no public key (32 bytes in base64)",
        file.display()
    );
    Ok(key)
}

/// The key in the file; a new one where there is none.
fn key_pair(file: &Path) -> anyhow::Result<Ed25519KeyPair> {
    if !file.exists() {
        let mut seed = [0; 32];
        rand::fill(&mut seed).map_err(|_| anyhow::anyhow!("the system gives no random numbers"))?;
        let mut options = fs::OpenOptions::new();
        let mut secret = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .with_context(|| format!("make {}", file.display()))?;
        writeln!(secret, "{}", BASE64.encode(&seed))?;
        secret.sync_all()?;
    }
    let text = fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let seed = BASE64.decode(text.trim_ascii()).unwrap_or_default();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed)
        .map_err(|_| anyhow::anyhow!("{} holds no secret key (32 bytes in base64)", file.display()))?;
    let public = public_file(file);
    if !public.exists() {
        fs::write(&public, format!("{}\n", BASE64.encode(pair.public_key().as_ref())))
            .with_context(|| format!("write {}", public.display()))?;
    }
    Ok(pair)
}

fn public_file(key: &Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

const MANIFEST: &str = ".well-known/visite-manifest.json";
const SIGNATURE: &str = ".well-known/visite-manifest.sig";
const SIGNED: &[u8] = b"visite web manifest v1\0";
/// What every page has to say, so that no other script runs in it.
const POLICY: [&str; 3] = [
    "default-src 'none'",
    "script-src 'self';",
    "require-trusted-types-for 'script'",
];
const MOST_FILES: usize = 1_000;
const LARGEST: usize = 16 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_good_for_this_manifest_and_this_key_only() {
        let dir = tempfile::tempdir().expect("a directory");
        let web = dir.path().join("dist");
        fs::create_dir_all(web.join(".well-known")).expect("a directory");
        let manifest = b"{\"v\":1,\"files\":{}}\n";
        fs::write(web.join(MANIFEST), manifest).expect("written");
        let key = dir.path().join("release");
        sign(&Sign {
            web: web.clone(),
            key: key.clone(),
        })
        .expect("is signed");
        let signature = fs::read(web.join(SIGNATURE)).expect("is there");
        let public = public_key(&public_file(&key)).expect("is there");
        key_pair(&dir.path().join("other")).expect("is made");
        let other = public_key(&public_file(&dir.path().join("other"))).expect("is there");

        assert!(is_signed(manifest, &signature, &public));
        assert!(!is_signed(b"{\"v\":1,\"files\":{ }}\n", &signature, &public));
        assert!(!is_signed(manifest, &signature, &other));
        assert!(!is_signed(manifest, b"", &public));
        // Made once, and used again.
        let again = key_pair(&key).expect("is there");
        assert_eq!(again.public_key().as_ref(), public);
    }

    #[test]
    fn a_file_that_is_no_key_is_refused_by_name() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("release");
        fs::write(&file, "c2hvcnQ=\n").expect("written");

        for error in [
            key_pair(&file).expect_err("refused"),
            public_key(&file).expect_err("refused"),
        ] {
            assert!(error.to_string().contains("release holds no"), "{error}");
        }
    }
}
