//! The same strict headers on every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::origin::Origin;

/// What every answer says to the browser about itself.
#[derive(Debug, Clone)]
pub(crate) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    pub(crate) fn new(origin: &Origin) -> Self {
        // Not every browser counts a WebSocket of the own origin as 'self'.
        let policy = format!("{POLICY}; connect-src 'self' {}", origin.socket());
        let policy = HeaderValue::from_str(&policy).expect("a public URL has only plain characters");
        let mut headers: Vec<_> = FIXED
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        headers.push((header::CONTENT_SECURITY_POLICY, policy));
        Self(headers)
    }

    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            headers.insert(name, value.clone());
        }
    }
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const FIXED: [(&str, &str); 9] = [
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), accelerometer=(), geolocation=(), gyroscope=(), hid=(), \
         magnetometer=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=()",
    ),
    ("x-robots-tag", "noindex, nofollow"),
];
