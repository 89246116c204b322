//! One certificate, from the order to the file.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, KeyAuthorization, NewAccount, NewOrder, Order,
    OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::{pki_types::PrivateKeyDer, sign::CertifiedKey};

use super::{AcmeConfig, Challenges, client::Client, stored::Stored};
use crate::tls::{self, Pair};

/// Asks the authority for one, and keeps it.
pub(super) async fn certificate(config: &AcmeConfig, stored: &Stored, challenges: &Challenges) -> anyhow::Result<Pair> {
    let account = account(config, stored).await.context("the account")?;
    let names: Vec<_> = config.names.iter().cloned().map(Identifier::Dns).collect();
    let mut order = account.new_order(&NewOrder::new(&names)).await.context("order")?;
    answer(&mut order, config, challenges).await?;
    let status = order
        .poll_ready(&PATIENCE)
        .await
        .context("prove that the names are ours")?;
    if status != OrderStatus::Ready {
        anyhow::bail!(
            "the authority isn't convinced that the names are ours ({})",
            why(&mut order).await
        );
    }
    let key = KeyPair::generate().context("make a key")?;
    let mut params = CertificateParams::new(config.names.clone()).context("name the server")?;
    params.distinguished_name = DistinguishedName::new();
    let request = params.serialize_request(&key).context("make a request")?;
    order
        .finalize_csr(request.der())
        .await
        .context("ask for the certificate")?;
    let chain = order
        .poll_certificate(&PATIENCE)
        .await
        .context("fetch the certificate")?;
    stored.keep(&chain, &key.serialize_pem())
}

/// The one that there is, or a new one.
async fn account(config: &AcmeConfig, stored: &Stored) -> anyhow::Result<Account> {
    let client = Account::builder_with_http(Box::new(Client::trusting(&config.ca)?));
    if let Some(credentials) = stored.account(&config.directory)? {
        return Ok(client.from_credentials(credentials).await?);
    }
    let contact: Vec<_> = config.contact.iter().map(String::as_str).collect();
    let new = NewAccount {
        contact: &contact,
        terms_of_service_agreed: config.terms_agreed,
        only_return_existing: false,
    };
    let (account, credentials) = client.create(&new, config.directory.clone(), None).await?;
    stored.keep_account(&config.directory, &credentials)?;
    Ok(account)
}

/// Puts the answers where the authority looks for them, and tells it to.
async fn answer(order: &mut Order, config: &AcmeConfig, challenges: &Challenges) -> anyhow::Result<()> {
    let way = match config.http {
        Some(_) => ChallengeType::Http01,
        None => ChallengeType::TlsAlpn01,
    };
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let name = authorization.identifier().to_string();
        let mut challenge = authorization
            .challenge(way.clone())
            .with_context(|| format!("the authority doesn't offer {way:?} for {name}"))?;
        let proof = challenge.key_authorization();
        match config.http {
            Some(_) => challenges.answer_http(challenge.token.clone(), proof.as_str().to_owned()),
            None => challenges.answer_tls(name.clone(), proving(&name, &proof)?),
        }
        challenge
            .set_ready()
            .await
            .with_context(|| format!("have {name} looked at"))?;
    }
    Ok(())
}

/// What the authority says about the names that it has not found to be ours.
async fn why(order: &mut Order) -> String {
    let mut said = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let name = authorization.identifier().to_string();
        let Ok(state) = authorization.refresh().await else {
            continue;
        };
        let errors = state.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
        said.extend(errors.map(|error| format!("{name}: {error}")));
    }
    said.join("; ")
}

/// The certificate of RFC 8737 section 3.
fn proving(name: &str, proof: &KeyAuthorization) -> anyhow::Result<Arc<CertifiedKey>> {
    let mut params = CertificateParams::new([name.to_owned()]).context("name the server")?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(proof.digest().as_ref())];
    self_signed(&params)
}

/// Until there is one that somebody trusts.
pub(super) fn unsigned(names: &[String]) -> anyhow::Result<Pair> {
    let mut params = CertificateParams::new(names).context("name the server")?;
    params.distinguished_name = DistinguishedName::new();
    Ok(Pair::in_memory(self_signed(&params)?))
}

fn self_signed(params: &CertificateParams) -> anyhow::Result<Arc<CertifiedKey>> {
    let key = KeyPair::generate().context("make a key")?;
    let certificate = params.self_signed(&key).context("sign a certificate")?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    Ok(Arc::new(tls::just_made(certificate.der().clone(), key)?))
}

/// For each of the authority's steps.
const PATIENCE: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(120));
