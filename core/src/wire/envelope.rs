//! The wrapping of every answer but health (contract section 2). A call succeeded only if outer *and* inner say so.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::object;
use super::{Salvage, salvage};

/// `{success, data, error, meta}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// Outer success; absent in shapes that are not this API's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// The tool's own result.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

// `#[serde(default)]` alone would ask for `T: Default`.
fn none<T>() -> Option<T> {
    None
}

/// `meta` of an envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Server time of the answer, ISO.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
}

/// `error` of an envelope. Its sentence is read for its kind and never shown or logged.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// `VALIDATION_ERROR`, `UNAUTHORIZED`, …
    #[serde(default)]
    pub code: String,
    /// The server's sentence.
    #[serde(default)]
    pub message: String,
    /// What is wrong with the input, for `VALIDATION_ERROR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issues: Option<Vec<Issue>>,
    /// Seconds to wait, for `RATE_LIMITED`.
    #[serde(default, rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Number>,
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Failure")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// One fault of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Dot-joined path of the field; may be empty.
    #[serde(default)]
    pub path: String,
    /// A sentence.
    #[serde(default)]
    pub message: String,
    /// `too_big`, `invalid_type`, …
    #[serde(default)]
    pub code: String,
}

object! {
    /// What any tool result may carry beside its own fields.
    Inner {
        /// Inner success; absent on a few endpoints.
        success: bool,
        /// Why the tool refused: text only, no code. Another shape is kept as it came.
        error: Value,
        /// A soft limit of the plan was passed.
        #[serde(rename = "_pricing")]
        pricing: Value,
        /// The server wants the agent to journal.
        #[serde(rename = "_compliance")]
        compliance: Value,
    }
}

/// A remark that rode along with a result that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Warning {
    /// `_pricing`: over a soft limit of the plan.
    Pricing,
    /// `_compliance`: the agent should update its program state.
    Compliance,
}

impl Inner {
    /// The warnings it carries, without their text.
    pub fn warnings(&self) -> Vec<Warning> {
        let warns = |field: &super::Field<Value>| field.get().is_some_and(|part| part.get("warning").is_some());
        let pricing = warns(&self.pricing).then_some(Warning::Pricing);
        let compliance = warns(&self.compliance).then_some(Warning::Compliance);
        pricing.into_iter().chain(compliance).collect()
    }
}

object! {
    /// `GET /v1/health`: the one answer without an envelope.
    Health {
        /// `ok`
        status: String,
        /// The server's version.
        version: String,
        /// The server's clock, ISO.
        timestamp: String,
    }
}

impl Salvage for Health {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        ["status", "version", "timestamp"]
            .iter()
            .map(|field| salvage::part::<String>(data, field))
            .sum()
    }
}
