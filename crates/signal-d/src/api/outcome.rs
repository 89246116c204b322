//! What only browsers know: whether two of them found a way to each other, and how long that took. A count, of nobody.

use std::{sync::Arc, time::Instant};

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    json::{Body, Refused, answer},
    rooms::own_practice,
};
use crate::{Parts, accept::Source, tally};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    outcome: Word,
    /// From the other's being there to the end of looking for a way.
    took_ms: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Direct,
    Relayed,
    NoPath,
    RelayMissing,
}

/// A practice's page says how a connection came about. Only devices may, and each network only so often.
pub(super) async fn report(
    State(parts): State<Arc<Parts>>,
    Extension(Source(source)): Extension<Source>,
    headers: HeaderMap,
    Body(Outcome { outcome, took_ms }): Body<Outcome>,
) -> Result<Response, Refused> {
    if !parts.counts_outcomes {
        return Err(Refused::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is no such call",
        ));
    }
    own_practice(&parts, &headers).await?;
    let may = parts.outcomes.take(source, Instant::now());
    may.map_err(|wait| {
        let refused = Refused::new(
            StatusCode::TOO_MANY_REQUESTS,
            "slow_down",
            "too many reports from this network",
        );
        refused.retry_after(wait.as_secs() + 1)
    })?;
    let outcome = match outcome {
        Word::Direct => tally::Outcome::Direct,
        Word::Relayed => tally::Outcome::Relayed,
        Word::NoPath => tally::Outcome::NoPath,
        Word::RelayMissing => tally::Outcome::RelayMissing,
    };
    parts.tally.connected(outcome, took_ms);
    Ok(answer(json!({})))
}
