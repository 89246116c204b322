use std::{
    fs::{File, TryLockError},
    path::Path,
};

use anyhow::{Context as _, bail};

/// Whoever has this is the only one that works on a store in a file: session-d while it serves, or a restore. Ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Hold {
    _folder: File,
}

impl Hold {
    /// Takes the folder's lock: the file itself may become another one.
    ///
    /// # Errors
    /// When another one has it.
    pub(crate) fn take(file: &Path) -> anyhow::Result<Self> {
        let path = file.parent().unwrap_or(Path::new("."));
        let context = || format!("lock {}", path.display());
        let folder = File::open(path).with_context(context)?;
        match folder.try_lock() {
            Ok(()) => Ok(Self { _folder: folder }),
            Err(TryLockError::WouldBlock) => bail!(
                "{} is in use: stop session-d first (systemctl stop session-d.socket session-d), or wait for the \
                 restore that is running",
                file.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).with_context(context),
        }
    }
}
