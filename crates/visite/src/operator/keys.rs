use api::session::v1::{CreateApiKeyRequest, RevokeApiKeyRequest};

use super::{Operator, said};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make an API key and print it: this once, only its hash is stored.
    Add {
        /// What it is for.
        name: String,
        /// The practice it is good for. Without: for all of them.
        #[arg(long)]
        practice: Option<String>,
    },
    /// Bar a key for good.
    Revoke {
        /// The key's id.
        id: String,
    },
}

pub(super) async fn run(command: &Command, operator: Operator) -> anyhow::Result<()> {
    match command {
        Command::Add { name, practice } => {
            let request = CreateApiKeyRequest {
                practice: practice.clone().unwrap_or_default(),
                name: name.clone(),
            };
            let answer = operator.practices().create_api_key(request).await;
            let made = answer.map_err(|status| said(&status))?.into_inner();
            println!("id:  {}\nkey: {}", made.id, made.key);
            Ok(())
        }
        Command::Revoke { id } => {
            let answer = operator
                .practices()
                .revoke_api_key(RevokeApiKeyRequest { id: id.clone() })
                .await;
            answer.map_err(|status| said(&status))?;
            println!("{id} is barred");
            Ok(())
        }
    }
}
