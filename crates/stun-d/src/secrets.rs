//! The file with the secrets that credentials are made with: one a line, the newest first, and nothing else.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use daemon::ConfigError;
use stun::turn::Credentials;

/// What the file says.
///
/// # Errors
/// When it can't be read, or says something else.
pub(crate) fn read(file: &Path) -> Result<Credentials, ConfigError> {
    let text = fs::read_to_string(file)
        .map_err(|error| ConfigError::new(file, format!("`turn.secret_file` can't be read: {error}")))?;
    let secrets: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    check(&secrets).map_err(|should| ConfigError::new(file, should))?;
    Ok(credentials(&secrets))
}

pub(crate) fn credentials<S: AsRef<str>>(secrets: &[S]) -> Credentials {
    secrets.iter().fold(Credentials::none(), |all, secret| {
        all.with_secret(secret.as_ref().as_bytes())
    })
}

/// Says what should be, and nothing of what is.
pub(crate) fn check<S: AsRef<str>>(secrets: &[S]) -> Result<(), String> {
    if secrets.is_empty() || secrets.len() > MOST {
        return Err(format!(
            "it has to hold one secret a line, at least one and at most {MOST}"
        ));
    }
    if secrets.iter().any(|secret| secret.as_ref().len() < SHORTEST) {
        return Err(format!(
            "a secret has at least {SHORTEST} characters: `openssl rand -base64 32` makes one"
        ));
    }
    Ok(())
}

/// Writes them where a restart finds them: whole or not at all, and for the same eyes as before.
///
/// # Errors
/// When the file is another user's, whom ours would lock out, or the system refuses.
pub(crate) fn write<S: AsRef<str>>(file: &Path, secrets: &[S]) -> io::Result<()> {
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
        secrets
            .iter()
            .try_for_each(|secret| writeln!(out, "{}", secret.as_ref()))?;
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

const MOST: usize = 8;
/// Characters.
const SHORTEST: usize = 16;

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

        write(&link, &["the newest of all secrets", "the one that was there"]).expect("written");

        let text = fs::read_to_string(&file).expect("read");
        assert_eq!(text, "the newest of all secrets\nthe one that was there\n");
        assert_eq!(fs::metadata(&file).expect("there").mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn where_there_is_no_file_none_is_made() {
        let folder = tempfile::tempdir().expect("a folder");

        assert!(write(&folder.path().join("secret"), &["a secret of the operator's"]).is_err());

        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
