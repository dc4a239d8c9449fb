//! What is only read when somebody opens it: messages of a program, groups, cost, one task. No tick asks for these.

use super::fetch::{Fetch, skipped};
use super::{MessagesRead, Wanted};
use crate::api::{self, CostOverview, MessageHistory};
use crate::domain::ProgramId;
use crate::insight::Source;
use crate::store::{CostRead, SourceKey};

/// Rows of a message history, the most that servers give.
const MESSAGES: u32 = 100;

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
