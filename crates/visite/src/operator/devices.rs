use api::session::v1::{Device, ListDevicesRequest, RevokeDeviceRequest};

use super::{Operator, print_time, said};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List a practice's browsers.
    List {
        /// The practice's id.
        practice: String,
    },
    /// Bar a browser for good, at once.
    Revoke {
        /// The device's id, as `list` shows it.
        device: String,
    },
}

pub(super) async fn run(command: &Command, operator: Operator) -> anyhow::Result<()> {
    match command {
        Command::List { practice } => {
            for device in operator.devices(practice.clone()).await? {
                let state = if device.revoke_time.is_some() {
                    "revoked"
                } else {
                    "good"
                };
                println!(
                    "{}  {}  {state:7}  {}",
                    device.id,
                    print_time(device.create_time),
                    device.name
                );
            }
            Ok(())
        }
        Command::Revoke { device } => {
            let request = RevokeDeviceRequest { device: device.clone() };
            let answer = operator.practices().revoke_device(request).await;
            answer.map_err(|status| said(&status))?;
            println!("{device} is barred");
            Ok(())
        }
    }
}

impl Operator {
    pub(crate) async fn devices(&self, practice: String) -> anyhow::Result<Vec<Device>> {
        let answer = self.practices().list_devices(ListDevicesRequest { practice }).await;
        Ok(answer.map_err(|status| said(&status))?.into_inner().devices)
    }
}
