//! Searching in words: what a hit is, how many there are, and what is not on this device.

use cachebash_core::domain::Timestamp;
use cachebash_core::search::{HitKind, SearchReach};

use super::Labels;

impl Labels {
    /// What a hit is, beside the name of its program.
    pub(crate) fn hit_kind(&self, kind: HitKind) -> &'static str {
        match kind {
            HitKind::Program => "Program",
            HitKind::Session => "Session",
            HitKind::HandOffNotes => "Hand-off note",
            HitKind::OpenQuestion => "Open question",
            HitKind::Reply => "Reply",
            HitKind::WorkItem => "Work item",
            HitKind::LastTask => "Last task",
            HitKind::AskedQuestion => "Asked question",
            HitKind::Task => "Task",
            HitKind::Message => "Message",
            HitKind::Alert => "Alert",
            HitKind::Group => "Group",
            HitKind::Sprint => "Sprint",
            HitKind::Key => "Key",
            HitKind::Outbox => "Outbox",
        }
    }

    /// Several of them, before their number.
    pub(crate) fn hit_kinds(&self, kind: HitKind) -> &'static str {
        match kind {
            HitKind::Program => "Programs",
            HitKind::Session => "Sessions",
            HitKind::HandOffNotes => "Notes",
            HitKind::OpenQuestion => "Questions",
            HitKind::Reply => "Replies",
            HitKind::WorkItem => "Work",
            HitKind::LastTask => "Last tasks",
            HitKind::AskedQuestion => "Asked",
            HitKind::Task => "Tasks",
            HitKind::Message => "Messages",
            HitKind::Alert => "Alerts",
            HitKind::Group => "Groups",
            HitKind::Sprint => "Sprints",
            HitKind::Key => "Keys",
            HitKind::Outbox => "Outbox",
        }
    }

    /// All of them, before their number.
    pub(crate) fn all_kinds(&self) -> &'static str {
        "All"
    }

    /// Beside what the server has no longer.
    pub(crate) fn kept_here(&self) -> &'static str {
        "kept here"
    }

    /// In place of hits.
    pub(crate) fn nothing_found(&self) -> &'static str {
        "Nothing kept here has all of these words."
    }

    /// While nothing was typed.
    pub(crate) fn how_to_search(&self) -> &'static str {
        "Type words. Each must occur; of the last one its beginning will do."
    }

    /// Of a hit that no page of the terminal shows.
    pub(crate) fn leads_nowhere(&self) -> &'static str {
        "No page here shows this one."
    }

    /// Above what is not on this device.
    pub(crate) fn not_everything(&self) -> &'static str {
        "Not everything is on this device"
    }

    /// What was searched, and what of it is not whole.
    pub(crate) fn reach(&self, reach: &SearchReach, now: Timestamp) -> Vec<String> {
        let mut lines = vec![if reach.states_read < reach.programs {
            let (read, all) = (u64::from(reach.states_read), u64::from(reach.programs));
            format!(
                "Notes, questions, work items: of {} of {} programs.",
                self.number(read),
                self.number(all)
            )
        } else {
            "Notes, questions, work items: complete.".to_owned()
        }];
        let tasks = match reach.tasks {
            0 => "Tasks: none known.".to_owned(),
            tasks => format!("Tasks: newest {}.", self.number(u64::from(tasks))),
        };
        let messages = match reach.messages_since {
            None => "Messages: none read yet.".to_owned(),
            Some(since) => format!("Messages: since {}.", self.day_clock(since, now)),
        };
        lines.push(format!("{tasks} {messages}"));
        if !reach.questions_whole {
            lines.push("Asked questions: their first 50 characters.".to_owned());
        }
        lines
    }
}
