//! Every phrase with a number in it, whole in each of its forms: never joined from pieces.

use super::Labels;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Programs that wait for a person.
    NeedsYou,
    /// The same, of a moment that is past.
    NeededYou,
    /// Asked questions.
    QuestionsForYou,
    /// Questions.
    Questions,
    /// Tasks.
    Tasks,
    /// Messages.
    Messages,
    /// Alerts.
    Alerts,
    /// Sprints.
    Sprints,
    /// Open questions.
    OpenQuestions,
    /// Open questions without a reply.
    WithoutAReply,
    /// Work items.
    WorkItems,
    /// Sessions.
    Sessions,
    /// Programs.
    Programs,
    /// Servers.
    Servers,
    /// Keys.
    Keys,
    /// Rows.
    Rows,
    /// Patterns learnt.
    LearnedPatterns,
    /// Characters.
    Characters,
    /// What waits in the outbox.
    NotDelivered,
    /// The act that opens a long text.
    ShowAllCharacters,
    /// Sessions live at once.
    LiveSessions,
    /// Days, as a number with a unit.
    Days,
}

impl Labels {
    /// The counted phrase.
    pub(crate) fn count(&self, counted: Counted, count: u64) -> String {
        let n = self.number(count);
        let of = |one: &str, many: &str| format!("{n} {}", if count == 1 { one } else { many });
        match counted {
            Counted::NeedsYou => of("needs you", "need you"),
            Counted::NeededYou => of("needed you", "needed you"),
            Counted::QuestionsForYou => of("question for you", "questions for you"),
            Counted::Questions => of("question", "questions"),
            Counted::Tasks => of("task", "tasks"),
            Counted::Messages => of("message", "messages"),
            Counted::Alerts => of("alert", "alerts"),
            Counted::Sprints => of("sprint", "sprints"),
            Counted::OpenQuestions => of("open question", "open questions"),
            Counted::WithoutAReply => of("without a reply", "without a reply"),
            Counted::WorkItems => of("work item", "work items"),
            Counted::Sessions => of("session", "sessions"),
            Counted::Programs => of("program", "programs"),
            Counted::Servers => of("server", "servers"),
            Counted::Keys => of("key", "keys"),
            Counted::Rows => of("row", "rows"),
            Counted::LearnedPatterns => of("learned pattern", "learned patterns"),
            Counted::Characters => of("character", "characters"),
            Counted::NotDelivered => of("not delivered", "not delivered"),
            Counted::ShowAllCharacters => format!("Show all {}", of("character", "characters")),
            Counted::LiveSessions => match count {
                0 => "No session is live".to_owned(),
                1 => "1 session is live".to_owned(),
                2 => "Two sessions are live; showing the newest".to_owned(),
                _ => format!("{n} sessions are live; showing the newest"),
            },
            Counted::Days => self.unit(n, if count == 1 { "day" } else { "days" }),
        }
    }

    /// `2,000`
    pub(crate) fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }
}
