use api::session::v1::{Device, ListDevicesRequest, RevokeDeviceRequest, Role};

use super::{Operator, practices::Enrol, print_time, said};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List a practice's browsers, what each may do and whether it may still.
    List {
        /// The practice's id.
        practice: String,
    },
    /// Print a new one-time link that enrols a browser.
    Enrol(Enrol),
    /// Bar a browser for good, at once.
    Revoke {
        /// The device's id, as `list` shows it.
        device: String,
    },
}

pub(super) async fn run(command: &Command, operator: Operator) -> anyhow::Result<()> {
    match command {
        Command::List { practice } => {
            operator.devices(practice.clone()).await?.iter().for_each(print);
            Ok(())
        }
        Command::Enrol(enrol) => enrol.run(&operator).await,
        Command::Revoke { device } => {
            let request = RevokeDeviceRequest { device: device.clone() };
            let answer = operator.practices().revoke_device(request).await;
            answer.map_err(|status| said(&status))?;
            println!("{device} is barred");
            Ok(())
        }
    }
}

fn print(device: &Device) {
    let role = match device.role() {
        Role::Doctor => "doctor",
        Role::Staff => "staff",
        Role::Unspecified => "-",
    };
    let state = match (device.revoke_time, device.confirm_time) {
        (Some(_), _) => "revoked",
        (None, Some(_)) => "good",
        (None, None) => "pending",
    };
    println!(
        "{}  {}  {role:6}  {state:7}  {}",
        device.id,
        print_time(device.create_time),
        device.name
    );
}

impl Operator {
    pub(crate) async fn devices(&self, practice: String) -> anyhow::Result<Vec<Device>> {
        let answer = self.practices().list_devices(ListDevicesRequest { practice }).await;
        Ok(answer.map_err(|status| said(&status))?.into_inner().devices)
    }
}
