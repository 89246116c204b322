//! What nobody may use any more is freed at once: each stun-d is told of cancelled rooms and revoked invites. A device that is revoked has sat in rooms that are other devices' as
//! well; its credentials end by themselves.

use std::{sync::Arc, time::Duration};

use api::relay::v1::{
    DropAllocationsRequest, GetStatisticsRequest, drop_allocations_request::Which,
    relay_service_client::RelayServiceClient,
};
use daemon::Client;
use futures_util::future::join_all;
use prost_types::Timestamp;
use room::{RoomId, Seat};
use tokio::time::{sleep, timeout};
use tonic::{Code, Request, Status};

use super::{LONGEST, Relay};
use crate::{
    grpc::Service,
    rules::fields::timestamp,
    store::{Bar, StoreError, Subject},
};

/// Tells all of them, for as long as the daemon lives.
pub(crate) async fn tell(service: Arc<Service>) {
    if let Some(relay) = service.relay() {
        join_all(
            relay
                .servers
                .iter()
                .map(|server| keep_told(&service, relay, server.clone())),
        )
        .await;
    }
}

/// Everything that still matters, and then whatever comes. A stun-d that can't be reached is told later, and one that has started anew, which has forgotten it, again.
async fn keep_told(service: &Service, relay: &Relay, server: Client) {
    let mut server = RelayServiceClient::new(server);
    let mut changes = service.store().follow_changes();
    let mut told = Told {
        run: None,
        number: 0,
        since: *changes.borrow_and_update(),
    };
    let mut pause = FIRST_PAUSE;
    loop {
        changes.borrow_and_update();
        match tell_rest(service, relay, &mut server, &mut told).await {
            Ok(()) => {
                pause = FIRST_PAUSE;
                // Where nothing changes it may start anew nevertheless.
                if let Ok(Err(_)) = timeout(A_LOOK, changes.changed()).await {
                    return;
                }
            }
            Err(error) => {
                // Said once, however often it is tried again.
                if pause == FIRST_PAUSE {
                    tracing::warn!("a stun-d can't be told what to free: {error:#}");
                }
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// What a stun-d knows.
struct Told {
    /// When it started.
    run: Option<Timestamp>,
    /// The last change that it was told of.
    number: u64,
    /// An invite that was revoked up to this change is nobody's business now: its seat may be another's.
    since: u64,
}

impl Told {
    /// One that has started since knows nothing, and has nothing that was there when the run before was told last. What was revoked later may be of this run: nobody says when.
    fn is_of(&mut self, run: Option<Timestamp>) {
        if self.run.is_some() && self.run != run {
            (self.number, self.since) = (0, self.since.max(self.number));
        }
        self.run = run;
    }
}

/// All that comes after what it was told.
async fn tell_rest(
    service: &Service,
    relay: &Relay,
    server: &mut RelayServiceClient<Client>,
    told: &mut Told,
) -> anyhow::Result<()> {
    let statistics = server.get_statistics(patiently(GetStatisticsRequest {})).await?;
    told.is_of(statistics.into_inner().start_time);
    for bar in service.store().bars_after(told.number).await? {
        let now = service.now();
        let seats = match bar.subject {
            _ if bar.expires <= now => Vec::new(),
            Subject::RevokedInvite(_) if bar.number <= told.since => Vec::new(),
            _ => seats_of(service, &bar).await?,
        };
        for (room, seat) in seats {
            // Who holds another invite for the seat may go on.
            let bar_until = matches!(bar.subject, Subject::ClosedRoom(_)).then(|| timestamp(now + LONGEST));
            for tag in relay.tags(room, seat) {
                let request = DropAllocationsRequest {
                    bar_until,
                    which: Some(Which::Tag(tag)),
                };
                drop_allocations(server, request).await?;
            }
        }
        told.number = bar.number;
    }
    Ok(())
}

async fn drop_allocations(
    server: &mut RelayServiceClient<Client>,
    request: DropAllocationsRequest,
) -> Result<(), Status> {
    match server.drop_allocations(patiently(request)).await {
        Ok(_) => Ok(()),
        // They are freed; as many tags are barred as may be.
        Err(status) if status.code() == Code::ResourceExhausted => {
            tracing::warn!("a stun-d bars no more seats: {}", status.message());
            Ok(())
        }
        Err(status) => Err(status),
    }
}

fn patiently<T>(request: T) -> Request<T> {
    let mut request = Request::new(request);
    request.set_timeout(PATIENCE);
    request
}

async fn seats_of(service: &Service, bar: &Bar) -> Result<Vec<(RoomId, Seat)>, StoreError> {
    match bar.subject {
        Subject::ClosedRoom(room) => {
            let all = [Seat::PRACTICE].into_iter().chain(Seat::GUESTS);
            Ok(all.map(|seat| (room, seat)).collect())
        }
        Subject::RevokedInvite(invite) => match service.store().room_of_invite(invite).await {
            Ok(room) => {
                let seats = room.invites.iter().filter(|one| one.id == invite);
                Ok(seats.filter_map(|one| Some((room.id, Seat::new(one.seat)?))).collect())
            }
            // Deleted meanwhile.
            Err(StoreError::NotFound) => Ok(Vec::new()),
            Err(error) => Err(error),
        },
        // Who talks may go on at the time that was, and on a device that is another's now.
        Subject::MovedRoom(..) | Subject::RevokedDevice(_) => Ok(Vec::new()),
    }
}

const PATIENCE: Duration = Duration::from_secs(5);
const A_LOOK: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
