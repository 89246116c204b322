//! What session-d decides, without looking at a store or a clock.

pub(crate) mod devices;
pub(crate) mod fields;
pub(crate) mod hours;
pub(crate) mod months;
pub(crate) mod rooms;
pub(crate) mod secrets;
