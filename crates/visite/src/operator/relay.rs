use std::{
    fs,
    io::Read as _,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use api::relay::v1::{
    Allocation, DrainRequest, DropAllocationsRequest, GetStatisticsRequest, ListAllocationsRequest, Passed,
    ReloadRequest, SetSecretsRequest, Statistics, Transport, TransportStatistics, drop_allocations_request::Which,
    relay_service_client::RelayServiceClient,
};
use tonic::transport::Channel;

use super::{connect, print_time, said};

/// A command, and which stun-d to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct Asking {
    /// stun-d's Unix socket (`[api.unix]` in its configuration).
    #[arg(
        long,
        global = true,
        env = "VISITE_RELAY_SOCKET",
        default_value = "/run/visite-stun/stun.sock"
    )]
    socket: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// What was answered and relayed since its start, and how much there is now.
    Status,
    /// List who relays at this moment: relayed address, client, way in, tag, seconds left, bytes.
    List,
    /// Free allocations at once: those of a tag, or the one at a relayed address.
    Drop(Drop),
    /// Give no new allocations: those that are there go on. A restart ends it.
    Drain {
        /// Give them again.
        #[arg(long)]
        undo: bool,
    },
    /// Set the secrets that credentials are made with, for now and for the next start: the newest first, one a line.
    Secrets {
        /// Where they are; without, they are read from standard input.
        file: Option<PathBuf>,
    },
    /// Read configuration, secrets and certificate anew, as SIGHUP does.
    Reload,
}

#[derive(Debug, clap::Args)]
struct Drop {
    /// What is behind the colon of the names of their credentials, as `list` shows it.
    #[arg(long, required_unless_present = "at")]
    tag: Option<String>,
    /// For how many hours the tag is given no other one (1 to 24). Without, it may ask again at once.
    #[arg(long, requires = "tag", value_parser = clap::value_parser!(u32).range(1..=24))]
    bar: Option<u32>,
    /// The relayed address, as `list` shows it.
    #[arg(long, conflicts_with = "tag")]
    at: Option<String>,
}

impl Asking {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let relay = RelayServiceClient::new(connect(&self.socket, "stun-d").await?);
        match &self.command {
            Command::Status => status(relay).await,
            Command::List => list(relay).await,
            Command::Drop(which) => which.run(relay).await,
            Command::Drain { undo } => drain(relay, !undo).await,
            Command::Secrets { file } => set_secrets(relay, file.as_ref()).await,
            Command::Reload => reload(relay).await,
        }
    }
}

async fn status(mut relay: RelayServiceClient<Channel>) -> anyhow::Result<()> {
    let answer = relay.get_statistics(GetStatisticsRequest {}).await;
    let statistics = answer.map_err(|status| said(&status))?.into_inner();
    println!("since         {}", print_time(statistics.start_time));
    print_quotas(&statistics);
    statistics.transports.iter().for_each(print_transport);
    Ok(())
}

fn print_quotas(statistics: &Statistics) {
    let Some(quotas) = &statistics.quotas else {
        println!("relay         none");
        return;
    };
    let state = if statistics.draining { "drains" } else { "serves" };
    println!("relay         {state}");
    println!("allocations   {} of {}", quotas.allocations, quotas.max_allocations);
    println!(
        "tags          {} ({} have all {} they may; {} barred)",
        quotas.tags, quotas.exhausted_tags, quotas.max_allocations_per_tag, quotas.barred_tags
    );
    println!(
        "networks      {} ({} have all {} they may)",
        quotas.networks, quotas.exhausted_networks, quotas.max_allocations_per_network
    );
}

fn print_transport(counted: &TransportStatistics) {
    println!("{}", word(counted.transport()));
    println!("  bindings    {}", counted.bindings);
    println!(
        "  allocations {} ({} since the start)",
        counted.allocations, counted.allocated
    );
    println!("  to peers    {}", print_passed(counted.to_peers));
    println!("  to clients  {}", print_passed(counted.to_clients));
    println!(
        "  not relayed {} without permission, {} over bandwidth",
        counted.without_permission, counted.over_bandwidth
    );
    println!("  too many    {}", counted.rate_limited);
    for error in &counted.errors {
        println!("  error {}   {}", error.code, error.count);
    }
}

fn print_passed(passed: Option<Passed>) -> String {
    let Passed { packets, bytes } = passed.unwrap_or_default();
    format!("{packets} packets, {bytes} bytes")
}

async fn list(mut relay: RelayServiceClient<Channel>) -> anyhow::Result<()> {
    let mut request = ListAllocationsRequest {
        page_size: PAGE,
        page_token: String::new(),
    };
    loop {
        let answer = relay.list_allocations(request.clone()).await;
        let page = answer.map_err(|status| said(&status))?.into_inner();
        page.allocations.iter().for_each(print);
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        request.page_token = page.next_page_token;
    }
}

fn print(allocation: &Allocation) {
    let relayed = match &*allocation.second_relayed_address {
        "" => allocation.relayed_address.clone(),
        second => format!("{},{second}", allocation.relayed_address),
    };
    println!(
        "{relayed}  {}  {}  {}  {}  {}",
        allocation.client_address,
        word(allocation.transport()),
        printable(&allocation.tag),
        allocation.remaining.map_or(0, |remaining| remaining.seconds),
        allocation.bytes
    );
}

/// A client's software has chosen it: what moves the cursor stays out of the terminal, and one word is one word.
fn printable(tag: &str) -> String {
    let shown: String = tag
        .chars()
        .map(|c| {
            if c.is_control() || c.is_whitespace() {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    if shown.is_empty() { "-".to_owned() } else { shown }
}

impl Drop {
    async fn run(&self, mut relay: RelayServiceClient<Channel>) -> anyhow::Result<()> {
        let of_tag = self.tag.clone().map(Which::Tag);
        let request = DropAllocationsRequest {
            which: of_tag.or_else(|| self.at.clone().map(Which::RelayedAddress)),
            bar_until: self.bar.map(|hours| (SystemTime::now() + AN_HOUR * hours).into()),
        };
        let answer = relay.drop_allocations(request).await;
        println!("{} dropped", answer.map_err(|status| said(&status))?.get_ref().dropped);
        Ok(())
    }
}

async fn drain(mut relay: RelayServiceClient<Channel>, draining: bool) -> anyhow::Result<()> {
    let answer = relay.drain(DrainRequest { draining }).await;
    let left = answer.map_err(|status| said(&status))?.get_ref().allocations;
    let state = if draining { "drains" } else { "serves" };
    println!("{state}: {left} allocations");
    Ok(())
}

async fn set_secrets(mut relay: RelayServiceClient<Channel>, file: Option<&PathBuf>) -> anyhow::Result<()> {
    let text = match file {
        Some(file) => fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?,
        None => {
            let mut text = String::new();
            let read = std::io::stdin().take(MOST).read_to_string(&mut text);
            read.context("read standard input")?;
            text
        }
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let secrets: Vec<_> = lines.map(str::to_owned).collect();
    let count = secrets.len();
    let answer = relay.set_secrets(SetSecretsRequest { secrets }).await;
    answer.map_err(|status| said(&status))?;
    println!("{count} secrets are set");
    Ok(())
}

async fn reload(mut relay: RelayServiceClient<Channel>) -> anyhow::Result<()> {
    let answer = relay.reload(ReloadRequest {}).await;
    let later = answer.map_err(|status| said(&status))?.into_inner().restart_needed;
    println!("read anew");
    for key in later {
        println!("{key} will be so after a restart");
    }
    Ok(())
}

fn word(transport: Transport) -> &'static str {
    match transport {
        Transport::Unspecified => "-",
        Transport::Udp => "udp",
        Transport::Tcp => "tcp",
        Transport::Tls => "tls",
        Transport::Dtls => "dtls",
    }
}

const AN_HOUR: Duration = Duration::from_secs(60 * 60);
const PAGE: u32 = 1_000;
/// Bytes: more than all secrets that there may be.
const MOST: u64 = 4 * 1024;
