use axum::http::{HeaderMap, header::ORIGIN};
use daemon::ConfigError;

/// An origin whose pages may talk to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// Of the configuration's `key`, whose value is `https://`, a name, perhaps a port, and nothing else.
    pub(crate) fn of(key: &str, url: &str) -> Result<Self, ConfigError> {
        let sound = |host: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
            !host.is_empty() && host.chars().all(fits)
        };
        match url.strip_prefix("https://") {
            Some(host) if sound(host) => Ok(Self(url.strip_suffix(":443").unwrap_or(url).to_owned())),
            _ => Err(ConfigError::of_key(
                key,
                format!("{url} has to be like https://video.example.org, in lower case and without a path"),
            )),
        }
    }

    /// `wss://` and the rest, for the Content-Security-Policy.
    pub(crate) fn socket(&self) -> String {
        self.0.replacen("https", "wss", 1)
    }
}

/// Whether a request may be answered. Browsers always say where their page is from; a program that says nothing is no page.
pub(crate) fn admits(ours: &[Origin], headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => ours.iter().any(|ours| ours.0.as_bytes() == origin.as_bytes()),
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_36_foreign_null_and_look_alike_origins_are_not_ours() {
        let ours = ["https://video.example.org", "https://video.praxis.example"];
        let ours = ours.map(|url| Origin::of("origins", url).expect("sound"));
        let admits = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ORIGIN, origin.parse().expect("a header"));
            admits(&ours, &headers)
        };

        assert!(admits("https://video.example.org") && admits("https://video.praxis.example"));
        assert!(super::admits(&ours, &HeaderMap::new()));
        for foreign in [
            "null",
            "",
            "http://video.example.org",
            "https://video.example.org:8443",
            "https://video.example.org.evil.example",
            "https://evil.example/https://video.example.org",
            "https://Video.example.org",
            "https://video.example.org/",
            "https://video.example.org https://evil.example",
        ] {
            assert!(!admits(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_public_url_is_an_origin() {
        for wrong in [
            "http://a.example",
            "https://",
            "https://a.example/",
            "https://A.example",
            "a.example",
            "https://a b",
        ] {
            assert!(Origin::of("public_url", wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            Origin::of("public_url", "https://a.example:443")
                .expect("sound")
                .socket(),
            "wss://a.example"
        );
    }
}
