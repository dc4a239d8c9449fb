//! Lists beside programs and sessions, each as a window with its own as-of. Moments are milliseconds since the epoch.
//! `Task`, `Group` and `Alert` are words of Swift's own, so what agents have is called theirs.

use cachebash_core::domain::{AccountId, ProgramId};
use cachebash_core::{companion, domain, insight, sync};

use crate::Receipt;
use crate::mirror::mirror;

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
    /// Alerts that wait.
    Alerts,
    /// Tasks that wait or are under way.
    Tasks,
}

impl From<ListKind> for sync::Turn {
    fn from(kind: ListKind) -> Self {
        match kind {
            ListKind::Questions => sync::Turn::Questions,
            ListKind::Alerts => sync::Turn::Alerts,
            ListKind::Tasks => sync::Turn::Tasks,
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

mirror! {
    /// One task, as it is listed. Programs, groups and people are named in words of the server.
    #[derive(Eq)]
    pub struct AgentTask mirrors domain::Task {
        /// Unique within an account.
        id: String,
        /// `task`, `question`, `sprint`, or another word.
        kind: Option<String>,
        /// What it is about.
        title: String,
        /// What to do, whole; lists leave it out, so null until the task was opened.
        instructions: Option<String>,
        /// How urgent its sender thinks it is: `interrupt`, `queue`, or another word.
        action: Option<String>,
        /// `low`, `normal`, `high`, or another word.
        priority: Option<String>,
        /// `created`, `active`, `done`, or another word.
        status: Option<String>,
        /// Who gave it.
        source: Option<String>,
        /// Whom it is for.
        target: Option<String>,
        /// The project.
        project: Option<String>,
        /// The thread it belongs to.
        thread: Option<String>,
        /// When it was made.
        created_at: Option<i64>,
        /// When it falls due to be forgotten.
        expires_at: Option<i64>,
        /// Which session took it.
        claimed_by: Option<String>,
        /// When.
        claimed_at: Option<i64>,
        /// When it was done.
        completed_at: Option<i64>,
        /// How it ended: `SUCCESS`, or another word.
        completed_status: Option<String>,
        /// What came of it.
        result: Option<String>,
    }
}

mirror! {
    /// One message between programs.
    #[derive(Eq)]
    pub struct AgentMessage mirrors domain::Message {
        /// Unique within an account.
        id: String,
        /// Who sent it; Null where the server does not say.
        source: Option<String>,
        /// A program, a group, `all`, or whatever its sender wrote.
        target: Option<String>,
        /// `DIRECTIVE`, `QUERY`, `RESULT`, … or another word.
        kind: Option<String>,
        /// What it says.
        text: String,
        /// `pending`, `delivered`, `read`, … or another word.
        status: Option<String>,
        /// `low`, `normal`, `high`, or another word.
        priority: Option<String>,
        /// `interrupt`, `queue`, or another word.
        action: Option<String>,
        /// What its sender added.
        context: Option<String>,
        /// The thread it belongs to.
        thread: Option<String>,
        /// The message it answers.
        reply_to: Option<String>,
        /// When it was sent.
        created_at: Option<i64>,
        /// When it was handed out.
        delivered_at: Option<i64>,
        /// When it falls due to be forgotten.
        expires_at: Option<i64>,
    }
}

mirror! {
    /// What an agent wants the person to know at once. Who sent it is not told, but for the session it names.
    #[derive(Eq)]
    pub struct AgentAlert mirrors domain::Alert {
        /// Unique within an account.
        id: String,
        /// `error`, `warning`, `success`, `info`, or another word.
        kind: Option<String>,
        /// What it says.
        text: String,
        /// Who sent it, as far as the server says: the hosted one says `program` of all.
        source: Option<String>,
        /// The session it names.
        session: Option<String>,
        /// `low`, `normal`, `high`, or another word.
        priority: Option<String>,
        /// What its sender added.
        context: Option<String>,
        /// When it was sent.
        created_at: Option<i64>,
        /// When it falls due to be forgotten.
        expires_at: Option<i64>,
    }
}

mirror! {
    /// A name under which several programs can be written to.
    #[derive(Eq)]
    pub struct RelayGroup mirrors domain::Group {
        /// Its name.
        name: String,
        /// Who is in it, in the server's order.
        programs: Vec<String>,
    }
}

mirror! {
    /// One line of a cost summary.
    pub struct CostOf mirrors domain::CostOf {
        /// The program.
        key: String,
        /// Tokens read.
        tokens_in: i64,
        /// Tokens written.
        tokens_out: i64,
        /// US dollars.
        cost_usd: f64,
        /// Tasks completed.
        tasks: i64,
    }
}

mirror! {
    /// What completed tasks cost in one period.
    pub struct CostSummary mirrors domain::CostSummary {
        /// `today`, `this_week`, `this_month`, `all`.
        period: String,
        /// All of it; its key is empty.
        total: CostOf,
        /// By program.
        programs: Vec<CostOf>,
    }
}

mirror! {
    /// A task, and whose server knows it.
    #[derive(Eq)]
    pub struct TaskRow mirrors insight::TaskRow {
        /// Whose server.
        account: String,
        /// The task.
        task: AgentTask,
    }
}

mirror! {
    /// A message, likewise.
    #[derive(Eq)]
    pub struct MessageRow mirrors insight::MessageRow {
        /// Whose server.
        account: String,
        /// The message. One that was sent from here stands as it was sent, once its server has forgotten it.
        message: AgentMessage,
        /// What became of it, where it was sent from here; null: it was not.
        #[uniffi(default = None)]
        receipt: Option<Receipt>,
    }
}

mirror! {
    /// An alert, likewise.
    #[derive(Eq)]
    pub struct AlertRow mirrors insight::AlertRow {
        /// Whose server.
        account: String,
        /// The alert.
        alert: AgentAlert,
    }
}

mirror! {
    /// What a period cost, as far as it was read.
    pub struct CostView mirrors insight::CostView {
        /// What was told; null: it was never read.
        summary: Option<CostSummary>,
        /// When that was true.
        as_of: Option<i64>,
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
            pub notice: Option<$crate::Notice>,
            /// A line per account and source.
            pub sources: Vec<$crate::SourceReport>,
        }

        impl $crate::mirror::Cross for insight::ListWindow<$core> {
            type Out = $name;

            fn cross(self) -> $name {
                let insight::ListWindow { rows, offset, total, as_of, now, fresh, notice, sources } = self;
                $name {
                    rows: $crate::mirror::Cross::cross(rows),
                    offset,
                    total,
                    as_of: $crate::mirror::Cross::cross(as_of),
                    now: $crate::mirror::Cross::cross(now),
                    fresh,
                    notice: $crate::mirror::Cross::cross(notice),
                    sources: $crate::mirror::Cross::cross(sources),
                }
            }
        }
    };
}
pub(crate) use window;

window! {
    /// Questions that wait, oldest first.
    QuestionWindow of AskedRow, insight::AskedRow
}

window! {
    /// Tasks, newest first.
    TaskWindow of TaskRow, insight::TaskRow
}

window! {
    /// Messages, newest first.
    MessageWindow of MessageRow, insight::MessageRow
}

window! {
    /// Alerts, newest first.
    AlertWindow of AlertRow, insight::AlertRow
}
