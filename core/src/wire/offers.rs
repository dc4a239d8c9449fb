//! `GET /v1/capabilities`: what a server offers beyond the hosted contract.

use serde_json::{Number, Value};

use super::field::object;
use super::{Field, Salvage, salvage};
use crate::domain::Offers;

object! {
    /// `data` of `GET /v1/capabilities`.
    Capabilities {
        /// Inner success.
        success: bool,
        /// What is offered; what is absent is not.
        offers: OfferedParts,
        /// How much of it.
        limits: OfferedLimits,
    }
}

object! {
    /// The parts that this client knows.
    OfferedParts {
        /// Changes since a cursor.
        sync: Offer,
        /// Changes as they happen.
        events: Offer,
        /// Questions whole.
        questions: Offer,
        /// A session's reports.
        timeline: Offer,
        /// Repeatable writes.
        idempotency: Offer,
    }
}

object! {
    /// One part.
    Offer {
        /// Grows when something changes that an old client would read wrongly.
        version: Number,
        /// Its route; idempotency has none.
        path: String,
    }
}

object! {
    /// The limits that this client heeds.
    OfferedLimits {
        /// The longest answer to a question, in UTF-16 units.
        answer_characters: Number,
    }
}

impl Salvage for Capabilities {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let parts = ["sync", "events", "questions", "timeline", "idempotency"];
        let odd_parts: u32 = data.get_mut("offers").map_or(0, |offers| {
            parts.iter().map(|part| salvage::part::<Offer>(offers, part)).sum()
        });
        odd_parts + salvage::part::<OfferedParts>(data, "offers") + salvage::part::<OfferedLimits>(data, "limits")
    }
}

/// The version of each part that this client reads rightly.
const KNOWN_VERSION: u64 = 1;

impl Capabilities {
    /// What of it this client can use.
    pub fn into_offers(self) -> Offers {
        let parts = self.offers.into_option().unwrap_or_default();
        let usable = |part: &Field<Offer>| {
            let version = part.get().and_then(|offer| offer.version.get()?.as_u64());
            version == Some(KNOWN_VERSION)
        };
        let limits = self.limits.into_option().unwrap_or_default();
        let answer_limit = limits
            .answer_characters
            .get()
            .and_then(Number::as_u64)
            .and_then(|limit| u32::try_from(limit).ok());
        Offers {
            sync: usable(&parts.sync),
            events: usable(&parts.events),
            questions: usable(&parts.questions),
            timeline: usable(&parts.timeline),
            idempotency: usable(&parts.idempotency),
            answer_limit: answer_limit.unwrap_or(Offers::default().answer_limit),
        }
    }
}
