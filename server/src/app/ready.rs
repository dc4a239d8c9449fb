//! Replies that were written a moment ago and would be written again just so: same tenant, same question, nothing written
//! since, and the same second, so that ages in them are right. Many watchers of one list then cost it once a second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use cachebash_core::domain::Timestamp;

use crate::caller::Caller;
use crate::store::{Store, Stored, Tenant};
use crate::tools::{Arguments, Tool};

/// How many replies are kept.
const MOST: usize = 128;

/// The replies, each with what it was true of.
#[derive(Default)]
pub(crate) struct ReadyReplies {
    kept: Mutex<HashMap<Question, (Moment, Bytes)>>,
}

/// What was asked, and of whose data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    tenant: Tenant,
    tool: &'static str,
    arguments: String,
}

impl Question {
    pub(crate) fn new(caller: &Caller, tool: &Tool, arguments: &Arguments) -> Self {
        Self {
            tenant: caller.tenant.clone(),
            tool: tool.name,
            arguments: serde_json::to_string(arguments).unwrap_or_default(),
        }
    }
}

/// When, and of which data, a reply is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    second: i64,
    version: i64,
    /// A tenant that was removed and added again counts its changes anew; then this has moved.
    keys: u64,
}

impl Moment {
    /// What is true of the question now.
    pub(crate) async fn of(store: &Store, tenant: &Tenant, now: Timestamp) -> Stored<Self> {
        Ok(Self {
            second: now.as_millis().div_euclid(1_000),
            keys: store.key_generation(),
            version: store.version(tenant).await?,
        })
    }

    /// The same of data as they were found.
    pub(crate) fn with_version(self, version: i64) -> Self {
        Self { version, ..self }
    }
}

impl ReadyReplies {
    /// The reply to a question, if it is true at the moment.
    pub(crate) fn find(&self, question: &Question, moment: Moment) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, reply) = kept.get(question)?;
        (*of == moment).then(|| reply.clone())
    }

    /// Keeps a reply.
    pub(crate) fn keep(&self, question: Question, moment: Moment, reply: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST && !kept.contains_key(&question) {
            // Those of another second are of no use any more.
            kept.retain(|_, (of, _)| of.second == moment.second);
            if kept.len() >= MOST {
                kept.clear();
            }
        }
        kept.insert(question, (moment, reply));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(tenant: &str, arguments: &str) -> Question {
        Question {
            tenant: Tenant::from(tenant),
            tool: "list",
            arguments: arguments.to_owned(),
        }
    }

    const MOMENT: Moment = Moment {
        second: 7,
        version: 3,
        keys: 1,
    };

    #[test]
    fn a_reply_is_for_its_own_question_and_moment() {
        let ready = ReadyReplies::default();
        ready.keep(question("home", "{}"), MOMENT, Bytes::from_static(b"home"));
        assert_eq!(
            ready.find(&question("home", "{}"), MOMENT),
            Some(Bytes::from_static(b"home"))
        );
        assert_eq!(ready.find(&question("next door", "{}"), MOMENT), None);
        assert_eq!(ready.find(&question("home", "{\"limit\":1}"), MOMENT), None);
        for other in [
            Moment { second: 8, ..MOMENT },
            MOMENT.with_version(4),
            Moment { keys: 2, ..MOMENT },
        ] {
            assert_eq!(ready.find(&question("home", "{}"), other), None);
        }
    }

    #[test]
    fn it_does_not_grow_whatever_is_asked() {
        let ready = ReadyReplies::default();
        for asked in 0..1_000 {
            ready.keep(question("home", &asked.to_string()), MOMENT, Bytes::new());
        }
        assert!(ready.kept.lock().unwrap_or_else(PoisonError::into_inner).len() <= MOST);
    }
}
