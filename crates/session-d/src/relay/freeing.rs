//! What nobody may use any more is freed at once: each stun-d is told of cancelled rooms and revoked invites. A device that is revoked has sat in rooms that are other devices' as
//! well; its credentials end by themselves.

use std::{sync::Arc, time::Duration};

use api::relay::v1::{
    DropAllocationsRequest, drop_allocations_request::Which, relay_service_client::RelayServiceClient,
};
use futures_util::future::join_all;
use room::{RoomId, Seat};
use tonic::{Code, Status, transport::Channel};

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

/// Everything that still matters, and then whatever comes. A stun-d that can't be reached is told later.
async fn keep_told(service: &Service, relay: &Relay, server: Channel) {
    let mut server = RelayServiceClient::new(server);
    let mut changes = service.store().follow_changes();
    let since = *changes.borrow_and_update();
    let (mut told, mut pause) = (0, FIRST_PAUSE);
    loop {
        match tell_after(service, relay, &mut server, since, &mut told).await {
            Ok(()) => {
                pause = FIRST_PAUSE;
                if changes.changed().await.is_err() {
                    return;
                }
            }
            Err(error) => {
                // Said once, however often it is tried again.
                if pause == FIRST_PAUSE {
                    tracing::warn!("a stun-d can't be told what to free: {error:#}");
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// All after the change `told`, which counts on. An invite of before the change `since` was told of then, or is nobody's business now: its seat may be another's.
async fn tell_after(
    service: &Service,
    relay: &Relay,
    server: &mut RelayServiceClient<Channel>,
    since: u64,
    told: &mut u64,
) -> anyhow::Result<()> {
    for bar in service.store().bars_after(*told).await? {
        let now = service.now();
        let seats = match bar.subject {
            _ if bar.expires <= now => Vec::new(),
            Subject::RevokedInvite(_) if bar.number <= since => Vec::new(),
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
        *told = bar.number;
    }
    Ok(())
}

async fn drop_allocations(
    server: &mut RelayServiceClient<Channel>,
    request: DropAllocationsRequest,
) -> Result<(), Status> {
    let mut request = tonic::Request::new(request);
    request.set_timeout(PATIENCE);
    match server.drop_allocations(request).await {
        Ok(_) => Ok(()),
        // They are freed; as many tags are barred as may be.
        Err(status) if status.code() == Code::ResourceExhausted => {
            tracing::warn!("a stun-d bars no more seats: {}", status.message());
            Ok(())
        }
        Err(status) => Err(status),
    }
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
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
