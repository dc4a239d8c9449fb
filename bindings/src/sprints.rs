//! Sprints that are under way: what agents plan together, to look at only. Moments are milliseconds since the epoch.

use cachebash_core::domain::AccountId;
use cachebash_core::{domain, insight};

use crate::guard::{call, wait};
use crate::mirror::{Cross, mirror};
use crate::{Companion, CompanionError, ListQuery, RefreshReport};

mirror! {
    /// A sprint that is under way.
    pub struct Sprint mirrors domain::Sprint {
        /// Unique within an account.
        id: String,
        /// What it is about.
        title: Option<String>,
        /// `created`, `active`, `done`, or another word.
        status: Option<String>,
        /// Its project.
        project: Option<String>,
        /// Its branch.
        branch: Option<String>,
        /// When it was made.
        created_at: Option<i64>,
        /// When it began.
        started_at: Option<i64>,
        /// When it ended.
        completed_at: Option<i64>,
        /// Its stories, by wave, then as the server lists them.
        stories: Vec<SprintStory>,
    }
}

mirror! {
    /// One story of a sprint.
    pub struct SprintStory mirrors domain::Story {
        /// Unique within its sprint.
        id: String,
        /// What it is about.
        title: Option<String>,
        /// `created`, `active`, `done`, `failed`, `archived`, or another word.
        status: Option<String>,
        /// From 1; those of a wave may be done beside each other.
        wave: Option<u32>,
        /// What is being done.
        current_action: Option<String>,
        /// Percent; the hosted server keeps none.
        progress: Option<f64>,
        /// When it began.
        started_at: Option<i64>,
        /// When it ended.
        completed_at: Option<i64>,
    }
}

mirror! {
    /// A sprint, and whose server knows it.
    pub struct SprintRow mirrors insight::SprintRow {
        /// Whose server.
        account: String,
        /// The sprint.
        sprint: Sprint,
        /// How many of its stories are done.
        done: u32,
    }
}

crate::lists::window! {
    /// Sprints, newest first.
    SprintWindow of SprintRow, insight::SprintRow
}

mirror! {
    /// The sprints that are under way.
    pub struct SprintsView mirrors insight::SprintsView {
        /// Newest first.
        list: SprintWindow,
        /// The ids of the accounts whose servers do not offer them.
        not_offered: Vec<String>,
    }
}

#[uniffi::export]
impl Companion {
    /// The sprints that are under way, as `refresh_sprints` last read them. They are of no one program.
    pub fn sprints(&self, query: ListQuery) -> Result<SprintsView, CompanionError> {
        call(|| self.core.sprints(&query.into())).map(Cross::cross)
    }

    /// As `refresh`, but reads the sprints that are under way too, of one account or of all.
    #[uniffi::method(default(account = None))]
    pub async fn refresh_sprints(&self, account: Option<String>) -> Result<RefreshReport, CompanionError> {
        wait(self.core.refresh_sprints(account.map(AccountId::new)))
            .await
            .map(Cross::cross)
    }
}
