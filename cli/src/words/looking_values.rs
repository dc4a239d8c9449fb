//! What was found, what happened meanwhile and what is told, read from the table's cases.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use cachebash_core::domain::{AccountId, KeyHash, ProgramId, Timestamp};
use cachebash_core::insight::{AlertEvent, AwayEvent, AwayLine, Digest, DueAlert, Lane, QuestionTime};
use cachebash_core::search::{HitKind, SearchReach};

use super::values::Values;

const NEVER: Timestamp = Timestamp::from_millis(0);

impl Values<'_> {
    pub(super) fn question_time(self) -> QuestionTime {
        QuestionTime {
            question: 0,
            since: self.maybe_time("since"),
            first_seen: self.time("first_seen"),
        }
    }

    /// As many lines as the case says; which, the sentence does not tell.
    pub(super) fn digest(self) -> Digest {
        let lines = |count, event: AwayEvent| {
            let line = AwayLine {
                account: AccountId::from("home"),
                program: ProgramId::from("builder"),
                at: NEVER,
                event,
            };
            vec![line; usize::try_from(count).unwrap()]
        };
        let lane = |v: Values<'_>| Lane {
            account: AccountId::from("home"),
            program: ProgramId::from(v.word("program")),
            pieces: Vec::new(),
            hand_offs: v.count("times"),
            eventful: true,
        };
        Digest {
            from: NEVER,
            until: NEVER,
            lanes: self.list("hand_offs").map(lane).collect(),
            waiting: lines(self.count("waiting"), AwayEvent::Waits { words: None }),
            finished: lines(self.count("finished"), AwayEvent::Finished { words: None }),
            changed: Vec::new(),
            unseen: Vec::new(),
        }
    }

    pub(super) fn away_event(self) -> AwayEvent {
        let words = self.maybe_word("words").map(str::to_owned);
        match self.word("kind") {
            "waits" => AwayEvent::Waits { words },
            "finished" => AwayEvent::Finished { words },
            "went_silent" => AwayEvent::WentSilent,
            "stood_still" => AwayEvent::StoodStill,
            "fell" => AwayEvent::Fell {
                from: self.percent("from"),
                to: self.percent("to"),
            },
            kind => panic!("no event {kind}"),
        }
    }

    pub(super) fn hit_kind(self) -> HitKind {
        match self.word("kind") {
            "program" => HitKind::Program,
            "session" => HitKind::Session,
            "hand_off_notes" => HitKind::HandOffNotes,
            "open_question" => HitKind::OpenQuestion,
            "reply" => HitKind::Reply,
            "work_item" => HitKind::WorkItem,
            "last_task" => HitKind::LastTask,
            "asked_question" => HitKind::AskedQuestion,
            "task" => HitKind::Task,
            "message" => HitKind::Message,
            "alert" => HitKind::Alert,
            "group" => HitKind::Group,
            "sprint" => HitKind::Sprint,
            "key" => HitKind::Key,
            "outbox" => HitKind::Outbox,
            kind => panic!("no hit {kind}"),
        }
    }

    pub(super) fn reach(self) -> SearchReach {
        SearchReach {
            programs: self.count("programs"),
            states_read: self.count("states_read"),
            tasks: self.count("tasks"),
            messages_since: self.maybe_time("messages_since"),
            questions_whole: self.flag("questions_whole"),
        }
    }

    pub(super) fn due_alert(self) -> DueAlert {
        let event = match self.word("kind") {
            "blocked" => AlertEvent::Blocked {
                or_pinned: self.flag("or_pinned"),
            },
            "asked" => AlertEvent::Asked,
            "alerted" => AlertEvent::Alerted,
            "went_silent" => AlertEvent::WentSilent,
            "stood_still" => AlertEvent::StoodStill,
            "fell" => AlertEvent::Fell {
                from: self.percent("from"),
                to: self.percent("to"),
            },
            "finished" => AlertEvent::Finished,
            "key_ending" => AlertEvent::KeyEnding {
                key: KeyHash::from("hash"),
                at: self.time("at"),
            },
            kind => panic!("no alert {kind}"),
        };
        DueAlert {
            id: "id".to_owned(),
            account: AccountId::from("home"),
            program: self.maybe_word("program").map(ProgramId::from),
            kind: event.kind(),
            event,
            since: None,
            words: self.maybe_word("words").map(str::to_owned),
            over: self.flag("over"),
        }
    }
}
