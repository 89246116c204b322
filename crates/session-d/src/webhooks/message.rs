//! What a webhook is sent: the form of the Standard Webhooks specification, about the events of `WatchEvents` and nothing else.

use api::session::v1::{Event as ProtoEvent, event::Type};
use room::RecordId;
use serde_json::{Value, json};

use crate::{rules::fields::timestamp, store::Event};

/// One message. However often it is sent, it is the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// `webhook-id`.
    pub(super) id: String,
    pub(super) body: String,
    /// The number of its `Event.Type`; 0 where it isn't about an event.
    pub(super) event_type: i32,
}

impl Message {
    pub(super) fn of_event(event: Event) -> Self {
        let event = ProtoEvent::from(event);
        let kind = event.r#type();
        let mut data = json!({
            "id": event.id,
            "type": kind.as_str_name(),
            "time": event.time.unwrap_or_default().to_string(),
            "practice": event.practice,
            "room": event.room,
        });
        if let Some(seat) = event.seat {
            data["seat"] = seat.into();
        }
        Self {
            body: body(name(kind), &data["time"], &data),
            id: event.id,
            event_type: kind.into(),
        }
    }

    /// The events after one, up to another, are not kept any more.
    pub(super) fn of_loss(practice: RecordId, after: u64, until: u64, now: u64) -> Self {
        let data = json!({ "practice": practice.to_string(), "count": until - after });
        Self {
            id: format!("{practice}-{until}-lost"),
            body: body("events.lost", &timestamp(now).to_string().into(), &data),
            event_type: 0,
        }
    }
}

fn body(kind: &str, time: &Value, data: &Value) -> String {
    json!({ "type": kind, "timestamp": time, "data": data }).to_string()
}

fn name(kind: Type) -> &'static str {
    match kind {
        Type::Unspecified => "room.unspecified",
        Type::Created => "room.created",
        Type::Moved => "room.moved",
        Type::Cancelled => "room.cancelled",
        Type::Waiting => "room.waiting",
        Type::Admitted => "room.admitted",
        Type::Connected => "room.connected",
        Type::Left => "room.left",
        Type::Ended => "room.ended",
    }
}

#[cfg(test)]
mod tests {
    use room::RoomId;

    use super::*;
    use crate::store::What;

    #[test]
    fn a_message_says_what_the_event_says_and_no_more() {
        let event = Event {
            practice: RecordId::new([7; 16]),
            number: 3,
            what: What::Waiting(1),
            room: RoomId::new([1; 16]),
            at: 1_790_000_000,
        };

        let message = Message::of_event(event);

        let (practice, room) = ("07".repeat(16), "01".repeat(16));
        assert_eq!(message.id, format!("{practice}-3"));
        assert_eq!(
            serde_json::from_str::<Value>(&message.body).expect("JSON"),
            json!({
                "type": "room.waiting",
                "timestamp": "2026-09-21T14:13:20Z",
                "data": {
                    "id": message.id, "type": "TYPE_WAITING", "time": "2026-09-21T14:13:20Z", "practice": practice, "room": room, "seat": 1,
                },
            })
        );
    }

    #[test]
    fn a_loss_says_how_many_are_lost() {
        let message = Message::of_loss(RecordId::new([7; 16]), 3, 8, 1_790_000_000);

        let body: Value = serde_json::from_str(&message.body).expect("JSON");
        assert_eq!(
            (&body["type"], &body["data"]["count"]),
            (&json!("events.lost"), &json!(5))
        );
        assert_eq!(message.id, format!("{}-8-lost", "07".repeat(16)));
    }
}
