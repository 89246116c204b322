//! What session-d decides, without looking at a store or a clock.

pub(crate) mod certificates;
pub(crate) mod devices;
pub(crate) mod fields;
pub(crate) mod filter;
pub(crate) mod hours;
pub(crate) mod months;
pub(crate) mod rooms;
pub(crate) mod scopes;
pub(crate) mod secrets;
pub(crate) mod webhooks;
