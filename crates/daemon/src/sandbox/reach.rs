use std::path::{Path, PathBuf};

/// The files that a daemon needs, and whom it calls over TCP. Everything else is out of its reach once it is confined.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    read: Vec<PathBuf>,
    written: Vec<PathBuf>,
    ports: Option<Vec<u16>>,
}

impl Reach {
    /// What every daemon needs of its system, and no port to call.
    pub fn new() -> Self {
        Self {
            read: SYSTEM.iter().map(PathBuf::from).collect(),
            written: Vec::new(),
            ports: Some(Vec::new()),
        }
    }

    /// Reads a file, or all in a folder.
    #[must_use]
    pub fn reading(mut self, path: &Path) -> Self {
        self.read.extend(places(path));
        self
    }

    /// Reads and changes all in a folder.
    #[must_use]
    pub fn changing(mut self, folder: &Path) -> Self {
        self.written.push(existing(folder));
        self
    }

    /// Makes a file: changes what is beside it.
    #[must_use]
    pub fn making(self, file: &Path) -> Self {
        self.changing(file.parent().unwrap_or(file))
    }

    /// Calls this port over TCP, whosever it is.
    #[must_use]
    pub fn calling(mut self, port: u16) -> Self {
        if let Some(ports) = &mut self.ports {
            ports.push(port);
        }
        self
    }

    /// Calls whom it is told to, over TCP.
    #[must_use]
    pub fn calling_anybody(self) -> Self {
        Self { ports: None, ..self }
    }

    pub(super) fn read(&self) -> &[PathBuf] {
        &self.read
    }

    pub(super) fn written(&self) -> &[PathBuf] {
        &self.written
    }

    /// `None`: all.
    pub(super) fn ports(&self) -> Option<&[u16]> {
        self.ports.as_deref()
    }
}

/// The folder of a file, since a renewed one is another file there, and the one that a link leads to; a folder itself.
fn places(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        return vec![path.to_owned()];
    }
    let behind = path.canonicalize().ok();
    [Some(path), behind.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(Path::parent)
        .map(existing)
        .collect()
}

/// A folder, or the nearest above it that is there already.
fn existing(folder: &Path) -> PathBuf {
    let all = folder.ancestors().map(|above| {
        if above.as_os_str().is_empty() {
            Path::new(".")
        } else {
            above
        }
    });
    let mut there = all.filter(|above| above.is_dir());
    there.next().map_or_else(|| folder.to_owned(), Path::to_owned)
}

/// What the C library, the resolver and the clock read; and where the service manager puts credentials.
const SYSTEM: [&str; 17] = [
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl",
    "/dev/urandom",
    "/proc",
    "/run/credentials",
    "/run/systemd/resolve",
    "/sys/fs/cgroup",
    "/usr/lib",
    "/usr/share",
];

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn of_a_file_its_folder_and_the_one_that_a_link_leads_to_are_in_reach() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path().canonicalize().expect("there");
        for folder in ["live", "archive"] {
            fs::create_dir(dir.join(folder)).expect("made");
        }
        fs::write(dir.join("archive/key1.pem"), "").expect("written");
        std::os::unix::fs::symlink("../archive/key1.pem", dir.join("live/key.pem")).expect("linked");

        let reach = Reach::default()
            .reading(&dir.join("live/key.pem"))
            .making(&dir.join("live/new/sock"));

        assert_eq!(reach.read(), [dir.join("live"), dir.join("archive")]);
        assert_eq!(reach.written(), [dir.join("live")]);
    }
}
