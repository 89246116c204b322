use std::{
    env, fs,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use peer::{Device, Enrolment, Origin};

use super::Trust;
use crate::operator::Operator;

/// Where the probe's keys are.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Identity {
    /// The file that `visite probe setup` made.
    #[arg(
        long,
        value_name = "FILE",
        env = "VISITE_PROBE_IDENTITY",
        default_value = "/etc/visite/probe.json"
    )]
    identity: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Setup {
    /// The server, as its guests know it: https://video.example.org
    #[arg(long, value_name = "URL")]
    server: String,
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    identity: Identity,
    #[command(flatten)]
    trust: Trust,
}

/// What makes the probe a practice.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct From {
    /// The enrolment link of a new practice, as `visite practice add Probe` prints it.
    #[arg(long, value_name = "LINK")]
    enrol: Option<String>,
    /// session-d's Unix socket, where this is the machine that it runs on: the practice is made as well.
    #[arg(long, value_name = "FILE")]
    socket: Option<PathBuf>,
}

impl Identity {
    pub(crate) fn read(&self) -> anyhow::Result<Device> {
        let file = &self.identity;
        let named = || file.display().to_string();
        let kept = fs::metadata(file).with_context(|| format!("read {} (`visite probe setup` makes it)", named()))?;
        let credentials = env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        ensure!(
            is_kept_from_others(file, kept.permissions().mode(), credentials.as_deref()),
            "{} can be read by others: chmod 600 it, and set the probe up anew where they may have",
            named()
        );
        Device::from_json(&fs::read(file).with_context(named)?).with_context(|| format!("read {}", named()))
    }

    /// Nothing that is there is lost.
    fn keep(&self, device: &Device) -> anyhow::Result<()> {
        let file = &self.identity;
        let made = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file);
        let mut made = made.with_context(|| format!("make {}", file.display()))?;
        writeln!(made, "{}", device.to_json())?;
        made.sync_all()?;
        Ok(())
    }
}

impl Setup {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let file = &self.identity.identity;
        // Before the code is spent.
        ensure!(
            !file.exists(),
            "{} is there already: remove it to set the probe up anew",
            file.display()
        );
        let origin = Origin::parse(&self.server).with_context(|| format!("--server {}", self.server))?;
        let link = match (self.from.enrol, self.from.socket) {
            (Some(link), _) => link,
            (None, socket) => {
                let operator = Operator::connect(&socket.expect("one of the two is required")).await?;
                let practice = operator.add_practice(PRACTICE).await?;
                operator.enrolment_link(practice.id, SOON).await?
            }
        };
        let tls = self.trust.tls()?;
        let enrolled = Device::enrol(&origin, &tls, &Enrolment::parse(&link), self.trust.patience()).await;
        let device = enrolled.map_err(|failure| super::report::explained(&failure))?;
        self.identity.keep(&device)?;
        println!("The probe's keys are in {}.", file.display());
        Ok(())
    }
}

/// systemd keeps a credential by its folder, which only the unit's user may enter, and lends it by an access control list: that looks like a right of the group's.
fn is_kept_from_others(file: &Path, mode: u32, credentials: Option<&Path>) -> bool {
    mode & 0o077 == 0 || (credentials.is_some() && file.parent() == credentials)
}

const PRACTICE: &str = "Probe";
const SOON: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systemd_lends_is_kept_from_others_and_what_a_group_may_read_is_not() {
        let credentials = Path::new("/run/credentials/visite-probe.service");

        assert!(is_kept_from_others(
            &credentials.join("probe.json"),
            0o100_440,
            Some(credentials)
        ));
        assert!(is_kept_from_others(
            Path::new("/etc/visite/probe.json"),
            0o100_600,
            None
        ));
        for elsewhere in [None, Some(credentials)] {
            assert!(!is_kept_from_others(
                Path::new("/etc/visite/probe.json"),
                0o100_640,
                elsewhere
            ));
        }
    }
}
