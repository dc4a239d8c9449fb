//! The fields that the contract names, endpoint by endpoint, written down apart from the client's types: a field that
//! a type forgets is missed here.

mod agents;
mod fleet;
mod work;

use super::named::Named;
use crate::mock_server::Endpoint;

macro_rules! all_whole {
    ($($name:literal),* $(,)?) => { &[$(($name, Whole)),*] };
}
use all_whole;

/// What the contract names in the `data` of an endpoint (for those without an envelope: in the body). `None` for what has
/// no name.
pub(super) fn of(endpoint: Endpoint) -> Option<Named> {
    fleet::of(endpoint)
        .or_else(|| work::of(endpoint))
        .or_else(|| agents::of(endpoint))
}
