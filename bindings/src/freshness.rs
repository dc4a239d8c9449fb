//! Can I believe it: what each source last said, when, and why it says nothing now.

use cachebash_core::domain::AccountId;
use cachebash_core::insight;

use crate::guard::call;
use crate::mirror::{Cross, mirror};
use crate::{Companion, CompanionError};

mirror! {
    /// Where a fact comes from. Each has its own as-of.
    #[derive(Copy, Eq, Hash)]
    pub enum Source mirrors insight::Source {
        /// The list of sessions.
        Sessions,
        /// Fleet health.
        FleetHealth,
        /// The list of ended sessions.
        SessionHistory,
        /// A program's state and its context history.
        ProgramState,
        /// The list of keys.
        Keys,
        /// Asked questions: the list of them, elsewhere those among the tasks.
        Questions,
        /// Alerts.
        Alerts,
        /// Tasks.
        Tasks,
        /// Messages to and from a program.
        Messages,
        /// Groups that can be written to.
        Groups,
        /// What completed tasks cost.
        Cost,
        /// Sprints.
        Sprints,
    }
}

mirror! {
    /// How a source stands.
    #[derive(Copy, Eq, Hash)]
    pub enum Standing mirrors insight::Standing {
        /// The last reply was whole and came within three sync periods.
        Fresh,
        /// Nothing failed, but the last reply is older than that, or was not whole.
        Stale,
        /// The last try failed.
        Failed,
        /// Never asked, or never answered.
        NeverRead,
    }
}

mirror! {
    /// Why a source failed or is not whole.
    #[derive(Eq)]
    pub enum Cause mirrors insight::Cause {
        /// No connection, or none within the time-out.
        Offline,
        /// The key is not accepted.
        Unauthorized,
        /// The key lacks a right.
        Forbidden {
            /// The missing right, such as `state.read`; null where the server does not say which.
            capability: Option<String>,
        },
        /// The server asked to wait.
        RateLimited {
            /// Until then, in milliseconds since the epoch.
            until: i64,
        },
        /// The server is there and cannot answer.
        ServerUnavailable,
        /// The reply could not be read, or was refused for a reason a person cannot mend.
        Unreadable,
        /// The server lists so many and no more.
        ShortList {
            /// The limit.
            limit: u32,
        },
        /// Some rows could not be read and were left out.
        RowsSkipped {
            /// How many.
            count: u32,
        },
    }
}

mirror! {
    /// One line of "what do I know, since when, and why not more".
    #[derive(Eq)]
    pub struct SourceReport mirrors insight::SourceReport {
        /// Whose source: an account's id.
        account: String,
        /// Which.
        source: Source,
        /// How it stands.
        standing: Standing,
        /// Server time of the last good reply, in milliseconds since the epoch.
        as_of: Option<i64>,
        /// When it began to fail (or to be stale), if it does, in milliseconds since the epoch.
        since: Option<i64>,
        /// Why.
        cause: Option<Cause>,
        /// It is trouble to announce above a page. A missing right is not: it is shown where its data would stand.
        in_bar: bool,
        /// Trying again now may help: the key is not at fault, and nobody asked to wait.
        can_retry: bool,
    }
}

mirror! {
    /// The one bar above a page, the gravest first. Absent when all is well.
    #[derive(Eq)]
    pub enum Notice mirrors insight::Notice {
        /// The key is refused; what is shown is what was known.
        KeyRefused {
            /// When what is shown was true, in milliseconds since the epoch.
            as_of: Option<i64>,
        },
        /// No source answers.
        Offline {
            /// When what is shown was true, in milliseconds since the epoch; null when nothing was ever read.
            as_of: Option<i64>,
        },
        /// The server asked to wait.
        RateLimited {
            /// Until then, in milliseconds since the epoch.
            until: i64,
        },
        /// Some sources answer and some do not; see the source reports.
        Partial,
    }
}

mirror! {
    /// What is known of a key's right to one source.
    #[derive(Eq)]
    pub struct Ability mirrors insight::Ability {
        /// The source.
        source: Source,
        /// Whether it may be read.
        allowed: bool,
        /// The capability whose lack the server named, such as `state.read`; null where it named none: then it is for admins.
        missing: Option<String>,
        /// When the reply came that told it last, or the first refusal since: server time, in milliseconds since the epoch.
        learnt_at: i64,
    }
}

#[uniffi::export]
impl Companion {
    /// What an account's key may read, as far as the server's replies told it. Asks nobody; what was never asked is not
    /// listed.
    pub fn abilities(&self, account: String) -> Result<Vec<Ability>, CompanionError> {
        call(|| self.core.abilities(&AccountId::new(account))).map(Cross::cross)
    }
}
