//! What happened while nobody looked.

use cachebash_core::domain::{AccountId, Timestamp};
use cachebash_core::insight;

use crate::guard::call;
use crate::mirror::{Cross, mirror};
use crate::{Companion, CompanionError, Gap, SessionState};

mirror! {
    /// What became of the programs of a span. Times are milliseconds since the epoch, server time.
    #[derive(Eq)]
    pub struct AwayDigest mirrors insight::Digest {
        /// Where it begins.
        from: i64,
        /// Where it ends; nothing of this moment is in it.
        until: i64,
        /// A lane per program, in list order; also of those to which nothing happened.
        lanes: Vec<AwayLane>,
        /// Who began to wait for the person and still does, oldest first.
        waiting: Vec<AwayLine>,
        /// Sessions that finished, oldest first.
        finished: Vec<AwayLine>,
        /// Who fell silent, stood still or fell back, oldest first.
        changed: Vec<AwayLine>,
        /// The times in which nobody watched, oldest first.
        unseen: Vec<Gap>,
    }
}

mirror! {
    /// One program's time.
    #[derive(Eq)]
    pub struct AwayLane mirrors insight::Lane {
        /// Whose.
        account: String,
        /// Which.
        program: String,
        /// Its sessions, piece by piece, oldest first.
        pieces: Vec<AwayPiece>,
        /// How often a session of it took over from an earlier one.
        hand_offs: u32,
        /// Something happened to it: lanes without are usually not drawn.
        eventful: bool,
    }
}

mirror! {
    /// A stretch of a session in which nothing changed.
    #[derive(Eq)]
    pub struct AwayPiece mirrors insight::Piece {
        /// Whose.
        session: String,
        /// From then on, in milliseconds since the epoch.
        from: i64,
        /// Until then.
        until: i64,
        /// What it was.
        what: AwayStretch,
    }
}

mirror! {
    /// What a session was for a while.
    #[derive(Eq)]
    pub enum AwayStretch mirrors insight::Stretch {
        /// Live; what it reported then was not kept.
        Live,
        /// Live, and reported this.
        Reported {
            /// What.
            state: SessionState,
        },
        /// Live, and not heard.
        Silent,
    }
}

mirror! {
    /// Something that happened.
    #[derive(Eq)]
    pub struct AwayLine mirrors insight::AwayLine {
        /// Whose.
        account: String,
        /// Which program's.
        program: String,
        /// When, in milliseconds since the epoch.
        at: i64,
        /// What.
        event: AwayEvent,
    }
}

mirror! {
    /// What happened to a program.
    #[derive(Eq)]
    pub enum AwayEvent mirrors insight::AwayEvent {
        /// It waits for the person; with the question it asked, or its status.
        Waits {
            /// In its own words.
            words: Option<String>,
        },
        /// A session of it finished.
        Finished {
            /// Its last words.
            words: Option<String>,
        },
        /// It was no longer heard.
        WentSilent,
        /// Its progress stopped rising.
        StoodStill,
        /// Its progress went down.
        Fell {
            /// From, in percent.
            from: u8,
            /// To.
            to: u8,
        },
    }
}

#[uniffi::export]
impl Companion {
    /// What became of the programs of one account, or of all, since a moment (server time, milliseconds since the epoch);
    /// without one, since the overview was last looked at before this start or resume.
    #[uniffi::method(default(account = None, since = None))]
    pub fn away(&self, account: Option<String>, since: Option<i64>) -> Result<AwayDigest, CompanionError> {
        let account = account.map(AccountId::new);
        call(|| self.core.away(account.as_ref(), since.map(Timestamp::from_millis))).map(Cross::cross)
    }
}
