//! What a person asked for and what became of it, read from the table's cases.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use cachebash_core::domain::{
    AccountId, Action, ActionId, ContextEdit, Delivery, KeyHash, MessageKind, NewKey, NewMessage, NewTask,
    OpenQuestion, OutboxEntry, ProgramId, Progress, QuestionId, SessionId, SessionUpdate, Setback, TaskId, Timestamp,
};
use cachebash_core::insight::{OutboxLine, Receipt, ReplyProgress};

use super::values::Values;

impl Values<'_> {
    pub(super) fn action(self) -> Action {
        let of = self.word("of").to_owned();
        let message = |replies_to: Option<OpenQuestion>| {
            Action::SendMessage(NewMessage {
                to: of.clone(),
                text: "Go on".to_owned(),
                kind: MessageKind::Directive,
                replies_to,
            })
        };
        let edit = |edit: ContextEdit| Action::EditContext {
            program: ProgramId::from(of.as_str()),
            seen: edit.clone(),
            edit,
        };
        match self.word("kind") {
            "message" => message(None),
            "reply" => message(Some(OpenQuestion {
                program: ProgramId::from(of.as_str()),
                text: "401 or 403?".to_owned(),
                occurrence: 0,
            })),
            "answer" => Action::AnswerQuestion {
                question: QuestionId::from(of.as_str()),
                response: "Now".to_owned(),
            },
            "task" => Action::CreateTask(NewTask {
                to: of,
                title: "Check it".to_owned(),
                instructions: String::new(),
            }),
            "claim" => Action::ClaimTask {
                task: TaskId::from(of.as_str()),
            },
            "completion" => Action::CompleteTask {
                task: TaskId::from(of.as_str()),
                succeeded: true,
                result: String::new(),
            },
            "notes" => edit(ContextEdit::HandOffNotes(String::new())),
            "questions" => edit(ContextEdit::OpenQuestions(Vec::new())),
            "status" => Action::UpdateSession(SessionUpdate {
                session: SessionId::from(of.as_str()),
                status: "Holding".to_owned(),
                state: None,
                progress: Progress::NotReported,
            }),
            "revocation" => Action::RevokeKey {
                key: KeyHash::from(of.as_str()),
            },
            "new_key" => Action::CreateKey {
                key: NewKey {
                    program: ProgramId::from(of.as_str()),
                    label: "Its agent".to_owned(),
                    capabilities: None,
                    ttl_days: None,
                },
                instead_of: None,
            },
            "rotation" => Action::RotateKey {
                key: KeyHash::from(of.as_str()),
            },
            kind => panic!("unknown action {kind}"),
        }
    }

    pub(super) fn outbox_line(self) -> OutboxLine {
        let then = Timestamp::from_millis(0);
        OutboxLine {
            account: AccountId::from("home"),
            asked_at: then,
            entry: OutboxEntry {
                id: ActionId::from("a-2"),
                action: Action::ClaimTask {
                    task: TaskId::from("t-9"),
                },
                asked_at: then,
                first_sent_at: self.flag("may_have_arrived").then_some(then),
                heard_before: None,
                delivery: self.delivery(),
            },
            behind: self.flag("behind").then(|| ActionId::from("a-1")),
            renames: false,
        }
    }

    fn delivery(self) -> Delivery {
        match self.word("kind") {
            "waiting" => Delivery::Waiting {
                not_before: self.maybe_time("not_before"),
            },
            "sending" => Delivery::Sending,
            "refused" => Delivery::Refused(Values(self.get("setback")).setback()),
            "unknown" => Delivery::Unknown {
                looked: self.flag("looked"),
            },
            "key_refused" => Delivery::KeyRefused,
            "changed" => Delivery::Changed {
                theirs: ContextEdit::HandOffNotes(String::new()),
            },
            "key_issued" => Delivery::Issued {
                key: KeyHash::from("aa"),
                capabilities: None,
            },
            "key_unseen" => Delivery::Unseen {
                key: KeyHash::from("aa"),
            },
            kind => panic!("unknown delivery {kind}"),
        }
    }

    fn setback(self) -> Setback {
        match self.word("kind") {
            "rejected" => Setback::Reason(Values(self.get("reason")).reason()),
            "forbidden" => Setback::Forbidden(self.capability()),
            "not_found" => Setback::NotFound,
            kind => panic!("unknown setback {kind}"),
        }
    }

    pub(super) fn reply(self) -> ReplyProgress {
        match self.word("kind") {
            "waiting" => ReplyProgress::Waiting,
            "not_delivered" => ReplyProgress::NotDelivered,
            "sent" => ReplyProgress::Sent {
                at: self.time("at"),
                receipt: match self.word("receipt") {
                    "not_known" => Receipt::NotKnown,
                    "not_picked_up" => Receipt::NotPickedUp,
                    "picked_up" => Receipt::PickedUp,
                    "never_picked_up" => Receipt::NeverPickedUp,
                    receipt => panic!("unknown receipt {receipt}"),
                },
            },
            kind => panic!("unknown reply {kind}"),
        }
    }
}
