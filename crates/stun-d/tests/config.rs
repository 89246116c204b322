//! What an operator writes down, and what is said about mistakes.

#[path = "../../daemon/tests/broken/mod.rs"]
mod broken;

#[test]
fn case_78_what_cannot_work_is_refused_with_file_line_key_and_remedy() {
    let good = "listen = ['127.0.0.1:3478', '127.0.0.1:3479']
rate_limit = 100
[tls]
listen = ['127.0.0.1:0']
cert = 'good.pem'
key = 'good.key'
[dtls]
listen = ['127.0.0.1:5349']
cert = 'good.pem'
key = 'good.key'
[turn]
relay = ['127.0.0.1']
ports = [50000, 50100]
secret_file = 'good.secret'
deny = ['203.0.113.0/24']
";
    let spoilt: &[broken::Spoilt] = &[
        (
            "listen = ['127.0.0.1:3478', '127.0.0.1:3479']",
            "listen = []",
            "`listen`",
            "at least one address",
        ),
        (
            "listen = ['127.0.0.1:3478', '127.0.0.1:3479']",
            "listen = ['127.0.0.1:3478', '127.0.0.1:3478']",
            "`listen`",
            "names 127.0.0.1:3478 twice: take one out",
        ),
        (
            "rate_limit = 100",
            "rate_limit = -1",
            "`rate_limit`",
            "write it like rate_limit = 1000",
        ),
        (
            "rate_limit = 100",
            "rate_limits = 100",
            "`rate_limits`",
            "expected one of `listen`",
        ),
        (
            "rate_limit = 100",
            "discovery = true",
            "`discovery`",
            "two addresses with the same two ports each",
        ),
        (
            "rate_limit = 100",
            "rate_limit_exempt = ['home']",
            "`rate_limit_exempt`",
            "home is",
        ),
        (
            "cert = 'good.pem'",
            "cert = 'absent.pem'",
            "`tls.cert`",
            "absent.pem: no certificate can be read",
        ),
        (
            "cert = 'good.pem'",
            "cert = 'other.pem'",
            "`tls.cert`",
            "name the key that it was made for",
        ),
        (
            "listen = ['127.0.0.1:5349']",
            "listen = ['0.0.0.0:5349']",
            "`dtls.listen`",
            "and no wildcard",
        ),
        (
            "relay = ['127.0.0.1']",
            "relay = ['0.0.0.0']",
            "`turn.relay`",
            "has to name one address of this machine",
        ),
        (
            "relay = ['127.0.0.1']",
            "relay = ['127.0.0.1']\nexternal = []",
            "`turn.external`",
            "as many addresses as",
        ),
        (
            "ports = [50000, 50100]",
            "ports = [80, 443]",
            "`turn.ports`",
            "from 1024 on",
        ),
        (
            "secret_file = 'good.secret'",
            "secret_file = 'short.secret'",
            "`turn.secret_file`",
            "`openssl rand -base64 32` makes one",
        ),
        (
            "deny = ['203.0.113.0/24']",
            "deny = ['203.0.113.0/33']",
            "`turn.deny`",
            "203.0.113.0/33 is",
        ),
        (
            "deny = ['203.0.113.0/24']",
            "[api]",
            "`api`",
            "write [api.unix] with a path",
        ),
    ];
    let dir = broken::folder();

    broken::each_is_refused(env!("CARGO_BIN_EXE_stun-d"), dir.path(), good, spoilt);
}
