//! gRPC (`proto/visite/relay/v1`): who asks is looked at, requests are parsed into what can't be wrong, and answers written.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use api::relay::v1::{
    self as proto, DrainRequest, DrainResponse, DropAllocationsRequest, DropAllocationsResponse, ErrorStatistics,
    GetStatisticsRequest, ListAllocationsRequest, ListAllocationsResponse, Passed, QuotaStatistics, ReloadRequest,
    ReloadResponse, SetSecretsRequest, Statistics, TransportStatistics,
    drop_allocations_request::Which as Wanted,
    relay_service_server::{RelayService, RelayServiceServer},
};
use daemon::{
    Life,
    doors::{Listeners, Peer, invalid},
};
use stun::turn::{Listed, Quotas, Usage, tag};
use tokio::task::spawn_blocking;
use tonic::{Request, Response, Status};
use tonic_health::server::HealthReporter;

use crate::{
    control::{Control, SecretsNotSet},
    errand::Which,
    meter::{Count, Counted, Entrance},
};

/// Serves until `life` ends.
pub(crate) async fn serve(control: Arc<Control>, doors: Listeners, life: Life) -> anyhow::Result<()> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<RelayServiceServer<Service>>().await;
    daemon::doors::server()
        .layer(control.calls().layer())
        .add_service(health_service)
        .add_service(RelayServiceServer::new(Service { control, health }).max_decoding_message_size(MAX_MESSAGE))
        .serve_with_incoming_shutdown(doors.accept(), async move { life.ending().await })
        .await?;
    Ok(())
}

struct Service {
    control: Arc<Control>,
    health: HealthReporter,
}

impl Service {
    fn quotas(&self) -> Result<&Quotas, Status> {
        self.control.quotas().ok_or_else(no_relay)
    }

    /// Connections that are relayed for don't wait for a disk.
    async fn on_disk<T: Send + 'static>(&self, work: impl FnOnce(&Control) -> T + Send + 'static) -> Result<T, Status> {
        let control = Arc::clone(&self.control);
        let done = spawn_blocking(move || work(&control)).await;
        done.map_err(|_| Status::internal("it broke down"))
    }
}

#[tonic::async_trait]
impl RelayService for Service {
    async fn get_statistics(&self, request: Request<GetStatisticsRequest>) -> Result<Response<Statistics>, Status> {
        ours(&request)?;
        Ok(Response::new(statistics(&self.control)))
    }

    async fn set_secrets(&self, request: Request<SetSecretsRequest>) -> Result<Response<()>, Status> {
        ours(&request)?;
        let secrets = request.into_inner().secrets;
        if !(1..=MOST_SECRETS).contains(&secrets.len()) || !secrets.iter().all(|secret| is_plain(secret)) {
            let should = format!(
                "has to be 1 to {MOST_SECRETS} secrets, each of {SHORTEST_SECRET} to {LONGEST_SECRET} characters of printable ASCII and no space at its ends"
            );
            return Err(invalid("secrets", &should));
        }
        match self.on_disk(move |control| control.set_secrets(&secrets)).await? {
            Ok(()) => {
                tracing::info!("the relay's secrets are set");
                Ok(Response::new(()))
            }
            Err(SecretsNotSet::NoRelay) => Err(no_relay()),
            Err(error @ SecretsNotSet::NotWritten(_)) => {
                tracing::error!("the relay goes on with the secrets it has: {error}");
                Err(Status::failed_precondition(error.to_string()))
            }
        }
    }

    async fn drain(&self, request: Request<DrainRequest>) -> Result<Response<DrainResponse>, Status> {
        operator(&request)?;
        let quotas = self.quotas()?;
        let draining = request.get_ref().draining;
        quotas.set_draining(draining);
        if draining {
            self.health.set_not_serving::<RelayServiceServer<Self>>().await;
            tracing::info!("draining: no new allocations are given");
        } else {
            self.health.set_serving::<RelayServiceServer<Self>>().await;
            tracing::info!("allocations are given again");
        }
        let allocations = quotas.count();
        Ok(Response::new(DrainResponse { allocations }))
    }

    async fn list_allocations(
        &self,
        request: Request<ListAllocationsRequest>,
    ) -> Result<Response<ListAllocationsResponse>, Status> {
        operator(&request)?;
        self.quotas()?;
        let ListAllocationsRequest { page_size, page_token } = request.into_inner();
        let most = match page_size {
            0 => USUAL_PAGE,
            1..=LONGEST_PAGE => page_size as usize,
            _ => return Err(invalid("page_size", &format!("has to be at most {LONGEST_PAGE}"))),
        };
        let after = match &*page_token {
            "" => None,
            token => Some(address("page_token", token)?),
        };
        // One more says whether there are more.
        let mut listed = self.control.list(after, most + 1).await;
        let has_more = listed.len() > most;
        listed.truncate(most);
        let last = listed.last().filter(|_| has_more);
        Ok(Response::new(ListAllocationsResponse {
            next_page_token: last.map_or_else(String::new, |(_, last)| last.relayed.to_string()),
            allocations: listed.into_iter().map(allocation).collect(),
        }))
    }

    async fn drop_allocations(
        &self,
        request: Request<DropAllocationsRequest>,
    ) -> Result<Response<DropAllocationsResponse>, Status> {
        ours(&request)?;
        let quotas = self.quotas()?;
        let DropAllocationsRequest { which, bar_until } = request.into_inner();
        let which = match which {
            Some(Wanted::Tag(tag)) if (1..=LONGEST_TAG).contains(&tag.len()) => Which::OfTag(tag.into_bytes().into()),
            Some(Wanted::Tag(_)) => return Err(invalid("tag", &format!("has to be 1 to {LONGEST_TAG} bytes"))),
            Some(Wanted::RelayedAddress(text)) => Which::At(address("relayed_address", &text)?),
            None => return Err(invalid("which", "has to be a tag or a relayed_address")),
        };
        let barred = match (bar_until, &which) {
            (None, _) => Ok(()),
            // First: who is dropped must not be back before.
            (Some(until), Which::OfTag(tag)) => quotas.bar(tag, time(until)?, date()),
            (Some(_), Which::At(_)) => return Err(invalid("bar_until", "goes with a tag")),
        };
        let dropped = self.control.drop_allocations(which).await;
        tracing::info!(dropped, "allocations are dropped");
        barred.map_err(|full| Status::resource_exhausted(full.to_string()))?;
        let dropped = u32::try_from(dropped).unwrap_or(u32::MAX);
        Ok(Response::new(DropAllocationsResponse { dropped }))
    }

    async fn reload(&self, request: Request<ReloadRequest>) -> Result<Response<ReloadResponse>, Status> {
        operator(&request)?;
        let outcome = self.on_disk(Control::reload).await?;
        daemon::report_renewal(&outcome);
        let restart_needed = outcome.map_err(|error| Status::failed_precondition(format!("{error:#}")))?;
        Ok(Response::new(ReloadResponse { restart_needed }))
    }
}

fn operator<T>(request: &Request<T>) -> Result<(), Status> {
    if Peer::of(request).operator {
        Ok(())
    } else {
        Err(Status::permission_denied("only the operator may"))
    }
}

fn ours<T>(request: &Request<T>) -> Result<(), Status> {
    let Peer { operator, daemon, .. } = Peer::of(request);
    if operator || daemon {
        Ok(())
    } else {
        Err(Status::permission_denied("only the operator and our own daemons may"))
    }
}

/// Whether it is one line of the file, as it stands.
fn is_plain(secret: &str) -> bool {
    let is_printable = |byte| matches!(byte, b' '..=b'~');
    (SHORTEST_SECRET..=LONGEST_SECRET).contains(&secret.len())
        && secret.bytes().all(is_printable)
        && secret.trim() == secret
}

fn no_relay() -> Status {
    Status::failed_precondition("this stun-d does not relay")
}

fn address(field: &str, text: &str) -> Result<SocketAddr, Status> {
    text.parse()
        .map_err(|_| invalid(field, "has to be like 192.0.2.1:50000 or [2001:db8::1]:50000"))
}

/// Since the Unix epoch.
fn time(until: prost_types::Timestamp) -> Result<Duration, Status> {
    let until = SystemTime::try_from(until).ok();
    let until = until.and_then(|until| until.duration_since(SystemTime::UNIX_EPOCH).ok());
    let now = date();
    let is_soon = |until: &Duration| (now..=now + LONGEST_BAR).contains(until);
    let should = || invalid("bar_until", "has to be a time within the next 24 hours");
    until.filter(is_soon).ok_or_else(should)
}

fn date() -> Duration {
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}

fn statistics(control: &Control) -> Statistics {
    let usage = control.quotas().map(Quotas::usage);
    Statistics {
        start_time: Some(control.started().into()),
        transports: control.counted().iter().map(of_transport).collect(),
        draining: usage.is_some_and(|usage| usage.is_draining),
        quotas: usage.map(|usage| quotas(&usage)),
    }
}

fn of_transport((entrance, counted): &(Entrance, Counted)) -> TransportStatistics {
    TransportStatistics {
        transport: transport(*entrance).into(),
        bindings: counted.of(Count::Bindings),
        errors: counted
            .errors
            .iter()
            .map(|&(code, count)| ErrorStatistics {
                code: code.into(),
                count,
            })
            .collect(),
        rate_limited: counted.of(Count::RateLimited),
        allocations: counted.of(Count::Allocations),
        allocated: counted.of(Count::Allocated),
        to_peers: Some(Passed {
            packets: counted.of(Count::PacketsToPeers),
            bytes: counted.of(Count::BytesToPeers),
        }),
        to_clients: Some(Passed {
            packets: counted.of(Count::PacketsToClients),
            bytes: counted.of(Count::BytesToClients),
        }),
        without_permission: counted.of(Count::WithoutPermission),
        over_bandwidth: counted.of(Count::OverBandwidth),
    }
}

fn quotas(usage: &Usage) -> QuotaStatistics {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    QuotaStatistics {
        allocations: usage.all,
        max_allocations: usage.limits.all,
        tags: number(usage.tags),
        max_allocations_per_tag: usage.limits.of_user,
        exhausted_tags: number(usage.exhausted_tags),
        networks: number(usage.addresses),
        max_allocations_per_network: usage.limits.of_address,
        exhausted_networks: number(usage.exhausted_addresses),
        barred_tags: number(usage.barred),
    }
}

fn allocation((entrance, listed): (Entrance, Listed)) -> proto::Allocation {
    proto::Allocation {
        relayed_address: listed.relayed.to_string(),
        second_relayed_address: listed.second.map_or_else(String::new, |second| second.to_string()),
        client_address: listed.client.client.to_string(),
        transport: transport(entrance).into(),
        tag: String::from_utf8_lossy(tag(&listed.name)).into_owned(),
        remaining: listed.remaining.try_into().ok(),
        bytes: listed.bytes,
    }
}

fn transport(entrance: Entrance) -> proto::Transport {
    match entrance {
        Entrance::Udp => proto::Transport::Udp,
        Entrance::Tcp => proto::Transport::Tcp,
        Entrance::Tls => proto::Transport::Tls,
        Entrance::Dtls => proto::Transport::Dtls,
    }
}

/// Eight secrets, and what wraps them.
const MAX_MESSAGE: usize = 4 * 1024;
/// As the file may have them.
const MOST_SECRETS: usize = 8;
const SHORTEST_SECRET: usize = 16;
const LONGEST_SECRET: usize = 256;
const LONGEST_TAG: usize = 128;
const USUAL_PAGE: usize = 100;
const LONGEST_PAGE: u32 = 1_000;
const LONGEST_BAR: Duration = Duration::from_secs(24 * 60 * 60);
