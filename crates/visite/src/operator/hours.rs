use api::session::v1::{CloseHourRequest, Hour, ListHoursRequest, RevokeHourRequest};

use super::{Operator, print_time, said};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List a practice's open hours, by when they were made (times in UTC).
    List {
        /// The practice's id.
        practice: String,
    },
    /// Let nobody in any more, until a doctor opens it again: whoever waits stays.
    Close {
        /// The hour's id, as `list` shows it.
        hour: String,
    },
    /// End an hour's link for good: whoever waits stays.
    Revoke {
        /// The hour's id, as `list` shows it.
        hour: String,
    },
}

pub(super) async fn run(command: &Command, operator: Operator) -> anyhow::Result<()> {
    let mut hours = operator.hours();
    match command {
        Command::List { practice } => {
            let request = ListHoursRequest {
                practice: practice.clone(),
            };
            let answer = hours.list_hours(request).await.map_err(|status| said(&status))?;
            answer.get_ref().hours.iter().for_each(print);
        }
        Command::Close { hour } => {
            let request = CloseHourRequest { hour: hour.clone() };
            hours.close_hour(request).await.map_err(|status| said(&status))?;
            println!("{hour} is closed");
        }
        Command::Revoke { hour } => {
            let request = RevokeHourRequest { hour: hour.clone() };
            hours.revoke_hour(request).await.map_err(|status| said(&status))?;
            println!("{hour} is revoked");
        }
    }
    Ok(())
}

fn print(hour: &Hour) {
    println!("{}  {}  {}", hour.id, print_time(hour.create_time), state(hour));
}

fn state(hour: &Hour) -> String {
    match (hour.revoke_time, hour.open_until) {
        (Some(_), _) => "revoked".to_owned(),
        (None, Some(until)) => format!("open until {until}"),
        (None, None) => "closed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use prost_types::Timestamp;

    use super::*;

    #[test]
    fn an_hour_is_open_closed_or_revoked() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let hour = |open_until, revoke_time| Hour {
            open_until,
            revoke_time,
            ..Hour::default()
        };

        assert_eq!(state(&hour(None, None)), "closed");
        assert_eq!(state(&hour(at(1_790_000_000), None)), "open until 2026-09-21T14:13:20Z");
        assert_eq!(state(&hour(None, at(1_790_000_000))), "revoked");
    }
}
