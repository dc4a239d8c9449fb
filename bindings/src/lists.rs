//! Lists beside programs and sessions, each as a window with its own as-of.

use cachebash_core::domain::{AccountId, ProgramId};
use cachebash_core::{companion, insight, sync};

use crate::mirror::{Cross, mirror};
use crate::{Notice, SourceReport};

/// Which rows of a list to show.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ListQuery {
    /// Of one account, or of all.
    #[uniffi(default = None)]
    pub account: Option<String>,
    /// Of one program, or of all.
    #[uniffi(default = None)]
    pub program: Option<String>,
    /// First row.
    #[uniffi(default = 0)]
    pub offset: u32,
    /// Rows at most; 0 means 50, and 100 is the most.
    #[uniffi(default = 0)]
    pub limit: u32,
}

impl From<ListQuery> for companion::ListQuery {
    fn from(query: ListQuery) -> Self {
        let ListQuery {
            account,
            program,
            offset,
            limit,
        } = query;
        Self {
            account: account.map(AccountId::new),
            program: program.map(ProgramId::new),
            offset,
            limit,
        }
    }
}

/// A list that is otherwise read a page at a time, in turn with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum ListKind {
    /// Asked questions.
    Questions,
}

impl From<ListKind> for sync::Turn {
    fn from(kind: ListKind) -> Self {
        match kind {
            ListKind::Questions => sync::Turn::Questions,
        }
    }
}

mirror! {
    /// A question that waits for an answer. Times in milliseconds since the epoch.
    #[derive(Eq)]
    pub struct AskedRow mirrors insight::AskedRow {
        /// Whose server: an account's id.
        account: String,
        /// Which question.
        question: String,
        /// Who asks; null where the server does not say. It is then on no program's card and not in the strip.
        asker: Option<String>,
        /// The question, or its beginning.
        text: String,
        /// `text` is only its beginning.
        cut: bool,
        /// Suggested answers; any other will do.
        options: Vec<String>,
        /// What the agent added.
        context: Option<String>,
        /// Its priority as it came: `low`, `normal`, `high`, or another word.
        priority: Option<String>,
        /// Its status as it came: `created`, or another word.
        status: Option<String>,
        /// When it was asked.
        asked_at: Option<i64>,
        /// The thread it belongs to.
        thread: Option<String>,
        /// This server takes an answer; elsewhere it is given in the CacheBash app.
        answerable: bool,
    }
}

/// Declares the window over one kind of row.
macro_rules! window {
    ($(#[$meta:meta])* $name:ident of $row:ident, $core:ty) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, uniffi::Record)]
        pub struct $name {
            /// The rows of this window.
            pub rows: Vec<$row>,
            /// Where it begins.
            pub offset: u32,
            /// Rows in all.
            pub total: u32,
            /// When this was true, in milliseconds since the epoch; null: it was never read.
            pub as_of: Option<i64>,
            /// Server time now, in milliseconds since the epoch.
            pub now: i64,
            /// This list is fresh for every account: ages may be relative.
            pub fresh: bool,
            /// The bar, if any.
            pub notice: Option<Notice>,
            /// A line per account and source.
            pub sources: Vec<SourceReport>,
        }

        impl Cross for insight::ListWindow<$core> {
            type Out = $name;

            fn cross(self) -> $name {
                let insight::ListWindow { rows, offset, total, as_of, now, fresh, notice, sources } = self;
                $name {
                    rows: rows.cross(),
                    offset,
                    total,
                    as_of: as_of.cross(),
                    now: now.cross(),
                    fresh,
                    notice: notice.cross(),
                    sources: sources.cross(),
                }
            }
        }
    };
}

window! {
    /// Questions that wait, oldest first.
    QuestionWindow of AskedRow, insight::AskedRow
}
