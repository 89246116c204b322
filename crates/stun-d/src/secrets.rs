//! The file with the secrets that credentials are made with, as [`daemon::read_secrets`] reads it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use daemon::ConfigError;
use stun::turn::Credentials;

/// What the secrets in the file make.
///
/// # Errors
/// When it can't be read, or says something else.
pub(crate) fn read(file: &Path) -> Result<Credentials, ConfigError> {
    daemon::read_secrets(file).map(|secrets| credentials(&secrets))
}

pub(crate) fn credentials(secrets: &[String]) -> Credentials {
    secrets
        .iter()
        .fold(Credentials::none(), |all, secret| all.with_secret(secret.as_bytes()))
}

/// Writes them where a restart finds them: whole or not at all, and for the same eyes as before.
///
/// # Errors
/// When the file is another user's, whom ours would lock out, or the system refuses.
pub(crate) fn write(file: &Path, secrets: &[String]) -> io::Result<()> {
    // Where it is a link, what that leads to.
    let file = fs::canonicalize(file)?;
    let before = fs::metadata(&file)?;
    let new = file.with_added_extension("new");
    // One that an earlier life could not finish.
    if let Err(error) = fs::remove_file(&new)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    let written = (|| {
        if out.metadata()?.uid() != before.uid() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "it belongs to another user",
            ));
        }
        secrets.iter().try_for_each(|secret| writeln!(out, "{secret}"))?;
        out.set_permissions(before.permissions())?;
        out.sync_all()?;
        fs::rename(&new, &file)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&new);
        return written;
    }
    let folder = file.parent().expect("a file is in one");
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_written_is_read_by_who_could_read_it_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("secret"), folder.path().join("link"));
        fs::write(&file, "the one that was there").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
        std::os::unix::fs::symlink(&file, &link).expect("linked");

        let secrets = ["the newest of all secrets", "the one that was there"].map(str::to_owned);
        write(&link, &secrets).expect("written");

        let text = fs::read_to_string(&file).expect("read");
        assert_eq!(text, "the newest of all secrets\nthe one that was there\n");
        assert_eq!(fs::metadata(&file).expect("there").mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn where_there_is_no_file_none_is_made() {
        let folder = tempfile::tempdir().expect("a folder");

        assert!(
            write(
                &folder.path().join("secret"),
                &["a secret of the operator's".to_owned()]
            )
            .is_err()
        );

        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
