//! What messages are signed with. The secrets are made of a file beside the store and not in it, as the signing keys are: who steals the store can't pretend to be us.

use std::path::Path;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use data_encoding::BASE64;

use super::message::Message;
use crate::{keys, store::Webhook};

pub(crate) struct Secrets(Key);

impl Secrets {
    /// Reads `keys/webhooks.seed` in the data directory, and makes it where it isn't there.
    pub(super) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let seed = keys::seed(data_dir, "webhooks.seed")?;
        Ok(Self(Key::new(HMAC_SHA256, &seed)))
    }

    /// As the Standard Webhooks libraries take it.
    pub(super) fn newest(&self, webhook: &Webhook) -> String {
        format!("whsec_{}", BASE64.encode(self.number(webhook, webhook.secret).as_ref()))
    }

    /// `webhook-signature`: by the newest secret, and by the one before while that is good.
    pub(super) fn sign(&self, webhook: &Webhook, message: &Message, now: u64) -> String {
        let older = webhook.secret.checked_sub(1);
        let older = older.filter(|_| webhook.older_until.is_some_and(|until| now < until));
        let numbers = [Some(webhook.secret), older].into_iter().flatten();
        let signatures = numbers.map(|number| signature(self.number(webhook, number).as_ref(), message, now));
        signatures.collect::<Vec<_>>().join(" ")
    }

    fn number(&self, webhook: &Webhook, number: u32) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"visite webhook");
        context.update(webhook.id.as_bytes());
        context.update(&number.to_be_bytes());
        context.sign()
    }
}

fn signature(secret: &[u8], message: &Message, now: u64) -> String {
    let signed = format!("{}.{now}.{}", message.id, message.body);
    let tag = hmac::sign(&Key::new(HMAC_SHA256, secret), signed.as_bytes());
    format!("v1,{}", BASE64.encode(tag.as_ref()))
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by the Python package `standardwebhooks`, whose `Webhook.sign` was given the same.
    #[test]
    fn a_signature_is_what_the_standard_webhooks_libraries_make() {
        let secret: Vec<u8> = (0..32).collect();
        let message = Message {
            id: "07070707070707070707070707070707-3".to_owned(),
            body: r#"{"type":"room.waiting"}"#.to_owned(),
            event_type: 4,
        };

        let signature = signature(&secret, &message, 1_790_000_000);

        assert_eq!(signature, "v1,Kz3ucbgDfh0bo49KeyTLluMmCmBgOUTmYb0kCct8guk=");
    }
}
