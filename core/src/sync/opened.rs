//! What is only read when somebody opens it: messages of a program, groups, cost, sprints, the register of programs, one
//! task. No tick asks for these.

use super::fallback::Fallback;
use super::fetch::{Fetch, skipped};
use super::{MessagesRead, Wanted};
use crate::api::{self, CostOverview, MessageHistory};
use crate::domain::{ProgramId, SessionId, Timestamp};
use crate::insight::{Cause, Source};
use crate::store::{Answer, CostRead, LookedUp, SourceKey, Subject};

/// Rows of a message history, the most that servers give.
const MESSAGES: u32 = 100;

/// Sprints that are told at most.
const SPRINTS: u32 = 10;

/// Measurements of a context that are kept: the newest.
const MEASURED: usize = 200;

/// Rows of sent messages, the most that servers give.
const SENT: u32 = 50;

impl Fetch<'_> {
    /// Reads what is wanted of it.
    pub(super) async fn opened(&mut self, wanted: &Wanted, groups_are_due: bool) {
        for program in &wanted.messages {
            if self.is_stopped() {
                return;
            }
            self.messages(program).await;
        }
        if !wanted.messages.is_empty() && !self.is_stopped() {
            self.requests += 1;
            // The histories tell what is wrong, if anything is.
            self.remote.sent = self
                .client
                .sent_messages(Some(SENT))
                .await
                .ok()
                .map(|reply| reply.value);
        }
        if groups_are_due && !self.is_stopped() {
            self.groups().await;
        }
        if let (Some(period), false) = (&wanted.cost, self.is_stopped()) {
            self.cost(period).await;
        }
        if wanted.sprints && !self.is_stopped() {
            self.sprints().await;
        }
        for session in &wanted.context_of {
            if self.is_stopped() {
                return;
            }
            self.context_use(session).await;
        }
    }

    async fn sprints(&mut self) {
        let key = SourceKey::of(Source::Sprints);
        self.requests += 1;
        match self.client.active_sprints().await {
            Ok(reply) => {
                let at = self.heard(&reply);
                // No more than ten are told, and nothing says whether there are others.
                let is_full = reply.value.len() >= SPRINTS as usize;
                let short = is_full.then_some(Cause::ShortList { limit: SPRINTS });
                self.good(key, at, skipped(reply.skipped).or(short));
                self.note_looked_up(Subject::Sprints, at, Answer::Sprints(reply.value));
            }
            Err(api::Error::NoSuchRoute) => self.not_offered(Subject::Sprints),
            Err(error) => {
                self.failed(key, error);
            }
        }
    }

    /// The register of programs, where it can be read: by its route, else over MCP. Nobody waits for it, and where it cannot be
    /// read no role is shown.
    pub(super) async fn register(&mut self, fallback: &mut Fallback) {
        self.requests += 1;
        let told = match self.client.programs().await {
            Err(api::Error::NoSuchRoute) => self.register_over_mcp(fallback).await,
            told => told,
        };
        match told {
            Ok(reply) => {
                let at = self.heard(&reply);
                self.note_looked_up(Subject::Programs, at, Answer::Programs(reply.value));
            }
            Err(api::Error::NoSuchRoute) => self.not_offered(Subject::Programs),
            // Who cannot be reached, or does not know the key, is asked nothing else for this time.
            Err(error) => self.note_general(error),
        }
    }

    /// Of one session; where it cannot be read, what the list of sessions says of it stands.
    async fn context_use(&mut self, session: &SessionId) {
        let subject = Subject::ContextOf(session.clone());
        self.requests += 1;
        match self.client.context_use(session).await {
            Ok(mut reply) => {
                let at = self.heard(&reply);
                let older = reply.value.len().saturating_sub(MEASURED);
                reply.value.drain(..older);
                self.note_looked_up(subject, at, Answer::ContextUse(reply.value));
            }
            Err(api::Error::NoSuchRoute) => self.not_offered(subject),
            Err(_) => {}
        }
    }

    fn not_offered(&mut self, subject: Subject) {
        let at = self.server_now();
        self.note_looked_up(subject, at, Answer::NotOffered);
    }

    fn note_looked_up(&mut self, subject: Subject, at: Timestamp, answer: Answer) {
        self.remote.looked_up.push(LookedUp { subject, at, answer });
    }

    /// To it and from it: a history has one filter.
    async fn messages(&mut self, program: &ProgramId) {
        let key = SourceKey::messages_of(program.clone());
        let named = || Some(program.as_str().to_owned());
        let to_it = MessageHistory {
            target: named(),
            limit: Some(MESSAGES),
            ..MessageHistory::default()
        };
        let from_it = MessageHistory {
            source: named(),
            limit: Some(MESSAGES),
            ..MessageHistory::default()
        };
        let (mut rows, mut whole, mut left_out, mut read_at) = (Vec::new(), true, 0, None);
        for query in [to_it, from_it] {
            self.requests += 1;
            match self.client.message_history(&query).await {
                Ok(reply) => {
                    read_at = Some(self.heard(&reply));
                    left_out += reply.skipped;
                    whole &= !reply.value.short && reply.skipped == 0;
                    rows.extend(reply.value.rows);
                }
                // An older server, which has no such list: nothing is known of it, and nothing is wrong.
                Err(api::Error::NoSuchRoute) => return,
                Err(error) => {
                    self.failed(key, error);
                    return;
                }
            }
        }
        if let Some(at) = read_at {
            self.good(key, at, skipped(left_out));
            let program = program.clone();
            self.remote.messages.push(MessagesRead {
                program,
                at,
                rows,
                whole,
            });
        }
    }

    async fn groups(&mut self) {
        let key = SourceKey::of(Source::Groups);
        self.requests += 1;
        match self.client.groups().await {
            Ok(reply) => {
                let at = self.heard(&reply);
                self.good(key, at, skipped(reply.skipped));
                self.remote.groups = Some(reply.value);
            }
            Err(api::Error::NoSuchRoute) => {}
            Err(error) => {
                self.failed(key, error);
            }
        }
    }

    async fn cost(&mut self, period: &str) {
        let key = SourceKey::of(Source::Cost);
        let query = CostOverview {
            period: Some(period.to_owned()),
            group_by: Some("program".to_owned()),
            program: None,
        };
        self.requests += 1;
        match self.client.cost_summary(&query).await {
            Ok(reply) => {
                let at = self.heard(&reply);
                self.good(key, at, skipped(reply.skipped));
                let summary = reply.value;
                self.remote.cost = Some(CostRead { at, summary });
            }
            Err(error) => {
                self.failed(key, error);
            }
        }
    }
}
