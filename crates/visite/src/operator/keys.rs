use api::session::v1::{CreateApiKeyRequest, ListApiKeysRequest, RevokeApiKeyRequest};

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
        /// What it may be used for (rooms.read, events.read, …); may be given several times. Without: for everything.
        #[arg(long = "scope")]
        scopes: Vec<String>,
        /// The client certificate without which it is good for nothing: dns:<name> or sha256:<fingerprint>, of an authority in session-d's `integrators.ca`.
        #[arg(long)]
        certificate: Option<String>,
    },
    /// List a practice's keys, or the operator's own: id, name, scopes, certificate.
    List {
        /// Without: the operator's own.
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
        Command::Add {
            name,
            practice,
            scopes,
            certificate,
        } => {
            let request = CreateApiKeyRequest {
                practice: practice.clone().unwrap_or_default(),
                name: name.clone(),
                scopes: scopes.clone(),
                certificate: certificate.clone().unwrap_or_default(),
                ..CreateApiKeyRequest::default()
            };
            let answer = operator.practices().create_api_key(request).await;
            let made = answer.map_err(|status| said(&status))?.into_inner();
            println!("id:  {}\nkey: {}", made.id, made.key);
            Ok(())
        }
        Command::List { practice } => {
            let request = ListApiKeysRequest {
                practice: practice.clone().unwrap_or_default(),
            };
            let answer = operator.practices().list_api_keys(request).await;
            for key in answer.map_err(|status| said(&status))?.into_inner().keys {
                let state = if key.revoke_time.is_some() { "  (barred)" } else { "" };
                let scopes = match key.scopes.join(" ") {
                    all if all.is_empty() => "everything".to_owned(),
                    some => some,
                };
                let certificate = match key.certificate.as_str() {
                    "" => String::new(),
                    bound => format!("  {bound}"),
                };
                println!("{}  {}  {scopes}{certificate}{state}", key.id, key.name);
            }
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
