//! The certificate authority of one `visite up`: made at the first start, for this machine alone.

use std::{
    fs,
    io::Write as _,
    net::IpAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use daemon::tls::CertFiles;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// The authority's certificate, for people to trust, and what signal-d shows.
pub(super) struct Certificates {
    pub(super) authority: PathBuf,
    pub(super) server: CertFiles,
}

/// What is in `dir` already is kept, but for the server's certificate: that is made anew at each start, so it never runs out and always names where we listen.
pub(super) fn certificates(dir: &Path, names: &[String]) -> anyhow::Result<Certificates> {
    let authority = dir.join("ca.pem");
    let authority_key = dir.join("ca.key");
    if !authority.exists() || !authority_key.exists() {
        make_authority(&authority, &authority_key)?;
    }
    let key = KeyPair::from_pem(&read(&authority_key)?).context("read the authority's key")?;
    let issuer = Issuer::new(authority_params(), key);

    let server_key = KeyPair::generate()?;
    let server = server_params(names)?.signed_by(&server_key, &issuer)?;
    let files = CertFiles {
        cert: dir.join("server.pem"),
        key: dir.join("server.key"),
    };
    write(&files.cert, &server.pem(), 0o644)?;
    write(&files.key, &server_key.serialize_pem(), 0o600)?;
    Ok(Certificates {
        authority,
        server: files,
    })
}

fn make_authority(certificate: &Path, key_file: &Path) -> anyhow::Result<()> {
    let key = KeyPair::generate()?;
    write(key_file, &key.serialize_pem(), 0o600)?;
    write(certificate, &authority_params().self_signed(&key)?.pem(), 0o644)
}

/// What a certificate of it says about the authority is the same at every start: the key tells two machines' authorities apart.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Visite, this machine only");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, TEN_YEARS);
    params
}

fn server_params(names: &[String]) -> anyhow::Result<CertificateParams> {
    let mut params = CertificateParams::new(names).context("name the server")?;
    params.distinguished_name = named("Visite");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    set_validity(&mut params, A_YEAR);
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// From yesterday, since clocks differ.
fn set_validity(params: &mut CertificateParams, length: Duration) {
    let now = SystemTime::now();
    params.not_before = (now - A_DAY).into();
    params.not_after = (now + length).into();
}

/// What the server is called: the names that always work on this machine, and where it listens.
pub(super) fn names(listen: IpAddr, host: &str) -> Vec<String> {
    let mut names: Vec<_> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    for name in [listen.to_string(), host.to_owned()] {
        if !listen_is_everywhere(&name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn listen_is_everywhere(name: &str) -> bool {
    name.parse().is_ok_and(|address: IpAddr| address.is_unspecified())
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("read {}", file.display()))
}

/// Whole or not at all: a start that is cut off leaves no half certificate.
fn write(file: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let beside = file.with_extension("new");
    let context = || format!("write {}", file.display());
    let _ = fs::remove_file(&beside);
    let mut new = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&beside)
        .with_context(context)?;
    new.write_all(text.as_bytes()).with_context(context)?;
    new.sync_all().with_context(context)?;
    fs::rename(&beside, file).with_context(context)
}

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Browsers refuse certificates that are good for longer than 398 days.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
const TEN_YEARS: Duration = Duration::from_secs(3650 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_keeps_the_authority_that_people_trust() {
        let dir = tempfile::tempdir().expect("a directory");
        let names = names([127, 0, 0, 1].into(), "localhost");

        let first = certificates(dir.path(), &names).expect("made");
        let trusted = fs::read(&first.authority).expect("read");
        let second = certificates(dir.path(), &names).expect("made");

        assert_eq!(fs::read(&second.authority).expect("read"), trusted);
        assert!(daemon::tls::Pair::read(&second.server).is_ok());
        assert!(daemon::tls::check_authority(&second.authority).is_ok());
    }

    #[test]
    fn an_address_of_the_network_is_named_and_the_wildcard_is_not() {
        let lan = names([192, 168, 1, 5].into(), "192.168.1.5");
        let everywhere = names([0, 0, 0, 0].into(), "praxis.lan");

        assert_eq!(lan, ["localhost", "127.0.0.1", "::1", "192.168.1.5"]);
        assert_eq!(everywhere, ["localhost", "127.0.0.1", "::1", "praxis.lan"]);
    }
}
