//! Alerts: what a program tells the person at once. One is handed out and read like a message to [`USER`], but no program
//! fails to fetch it, and it is kept over a long weekend.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Message;
use super::message::as_followed;
use crate::store::Record;
use crate::wire_values::iso;

/// How long one is kept, in seconds: over a long weekend. Its sender has no say in it.
pub(crate) const KEPT_SECONDS: u32 = 7 * 86_400;

/// What kind of news it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AlertType {
    Error,
    Warning,
    Success,
    #[default]
    Info,
}

impl AlertType {
    /// The words of the contract.
    pub(crate) const WORDS: [(&'static str, AlertType); 4] = [
        ("error", AlertType::Error),
        ("warning", AlertType::Warning),
        ("success", AlertType::Success),
        ("info", AlertType::Info),
    ];

    /// The word as the contract has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            AlertType::Error => "error",
            AlertType::Warning => "warning",
            AlertType::Success => "success",
            AlertType::Info => "info",
        }
    }
}

/// One alert.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Alert {
    pub(crate) alert_type: AlertType,
    #[serde(flatten)]
    pub(crate) message: Message,
}

impl Alert {
    /// All there is to say about it, for clients that follow.
    pub(crate) fn shown(&self) -> Value {
        as_followed(super::Letter::document(self, |at| iso(at).into()))
    }
}

impl Record for Alert {
    const KIND: &'static str = "alert";
    const TAGS: &'static [&'static str] = Message::TAGS;

    fn id(&self) -> Cow<'_, str> {
        self.message.id()
    }

    fn owner(&self) -> Option<&str> {
        self.message.owner()
    }

    fn tag(&self) -> &'static str {
        self.message.tag()
    }

    fn rank(&self) -> i64 {
        self.message.rank()
    }
}
