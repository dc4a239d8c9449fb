//! The rules of the outbox: which entry goes next, what an outcome means for it, and what a restart does. Pure.

use std::collections::BTreeSet;

use crate::api::{Error, Refusal};
use crate::domain::{Action, ActionId, Delivery, OutboxEntry, Setback, Span, Timestamp};
use crate::error::CompanionError;

/// How long the hosted server remembers a message's idempotency key (contract section 8), less a margin for clocks.
const HOSTED_MEMORY: Span = Span::from_mins(55);
/// How long a server of this project remembers any (docs/contract-extensions.md), likewise.
const OWN_MEMORY: Span = Span::from_mins(23 * 60);

/// What the server does with idempotency keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remembers {
    /// Those of messages, for an hour.
    Messages,
    /// All, for a day.
    Everything,
}

/// Whether sending this again has no second effect, because the server knows its key or because doing it twice is as
/// doing it once. `age`: how long ago it was first sent, at most.
pub(super) fn is_repeatable(entry: &OutboxEntry, remembers: Remembers, age: Span) -> bool {
    let within = |memory: Span| entry.first_sent_at.is_none() || age < memory;
    match (&entry.action, remembers) {
        // Revoked twice is revoked; an edit reads before it sends, and finds its own text there.
        (Action::RevokeKey { .. } | Action::EditContext { .. }, _) => true,
        // A raw key is told once: a repeat is answered without it, or makes another.
        (Action::CreateKey { .. } | Action::RotateKey { .. }, _) => false,
        (_, Remembers::Everything) => within(OWN_MEMORY),
        (Action::SendMessage(_), Remembers::Messages) => within(HOSTED_MEMORY),
        _ => false,
    }
}

/// The entry that goes next: the oldest that waits and whose goal has nothing older that may yet be done.
pub(super) fn next(entries: &[OutboxEntry], now: Timestamp) -> Option<&OutboxEntry> {
    let mut held_up = BTreeSet::new();
    entries.iter().find(|entry| {
        let goal = entry.action.goal();
        let waits = matches!(entry.delivery, Delivery::Waiting { .. });
        let may = waits && entry.delivery.waits_until(now).is_none();
        let is_first = !held_up.contains(&goal);
        if entry.delivery.holds_up() {
            held_up.insert(goal);
        }
        is_first && may
    })
}

/// When the next entry may go that only waits because the server asked to; `None`: nothing waits for that.
pub(super) fn next_at(entries: &[OutboxEntry], now: Timestamp) -> Option<Timestamp> {
    entries.iter().filter_map(|entry| entry.delivery.waits_until(now)).min()
}

/// How it goes on after an attempt that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The entry stands like this, and others may go.
    Stands(Delivery),
    /// The entry waits on, and so do all others: there is no connection, or the key does not open the door.
    Pause(Delivery),
}

/// What an error means for an action that was sent.
pub(super) fn after(error: &Error, is_repeatable: bool) -> After {
    match error {
        // It never got out.
        Error::Unreachable => After::Pause(Delivery::WAITING),
        Error::Unauthorized => After::Pause(Delivery::KeyRefused),
        Error::RateLimited { retry_at, .. } | Error::Paused { retry_at } => After::Pause(Delivery::Waiting {
            not_before: Some(*retry_at),
        }),
        // It may have arrived.
        Error::Interrupted | Error::TimedOut | Error::Unavailable if is_repeatable => After::Pause(Delivery::WAITING),
        Error::Interrupted
        | Error::TimedOut
        | Error::Unavailable
        | Error::NotThisApi
        | Error::Unreadable
        | Error::TooLarge
        | Error::Redirected
        | Error::Unexpected { .. }
        // To send it again would not help: whether it had an effect, a look can tell.
        | Error::ServerFault => After::Stands(Delivery::Unknown { looked: false }),
        other => After::Stands(Delivery::Refused(setback(other))),
    }
}

/// What an error means while something had to be asked before anything was sent: then nothing can have arrived.
pub(super) fn before_sending(error: &Error) -> After {
    match after(error, true) {
        After::Stands(Delivery::Unknown { .. }) => After::Pause(Delivery::WAITING),
        other => other,
    }
}

/// How it goes on when a look failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterLook {
    /// There is no connection, or the server asks to wait: nothing may go.
    Pause,
    /// The server stumbled: the entry is looked for at the next drain. A person who was told that it did not arrive would
    /// send it a second time.
    LookAgain,
    /// It will not be seen, however often one looks.
    Looked,
}

/// What an error means for a look.
pub(super) fn after_look(error: &Error) -> AfterLook {
    match (before_sending(error), error) {
        (After::Stands(_), _) => AfterLook::Looked,
        (_, Error::Unreachable | Error::Interrupted | Error::TimedOut | Error::Unauthorized) => AfterLook::Pause,
        (_, Error::RateLimited { .. } | Error::Paused { .. }) => AfterLook::Pause,
        _ => AfterLook::LookAgain,
    }
}

fn setback(error: &Error) -> Setback {
    match error {
        Error::Refused(Refusal::NotFound) => Setback::NotFound,
        Error::Refused(Refusal::Reason(reason)) => Setback::Reason(reason.clone()),
        other => match CompanionError::from(other.clone()) {
            CompanionError::Forbidden { capability } => Setback::Forbidden(capability),
            CompanionError::Rejected { reason } => Setback::Reason(reason),
            _ => Setback::NotFound,
        },
    }
}

/// An entry that a person wants sent again.
pub(super) fn once_more(entry: OutboxEntry) -> OutboxEntry {
    let anew = |action| OutboxEntry {
        action,
        first_sent_at: None,
        heard_before: None,
        delivery: Delivery::WAITING,
        ..entry.clone()
    };
    match (&entry.delivery, &entry.action) {
        (Delivery::Changed { theirs }, Action::EditContext { program, edit, .. }) => OutboxEntry {
            action: Action::EditContext {
                program: program.clone(),
                edit: edit.clone(),
                seen: theirs.clone(),
            },
            delivery: Delivery::WAITING,
            ..entry.clone()
        },
        // Looked for first; and what is done is not done again.
        (Delivery::Unknown { looked: false } | Delivery::Issued { .. }, _) => entry,
        (Delivery::Unseen { key: unseen }, Action::CreateKey { key, .. }) => anew(Action::CreateKey {
            key: key.clone(),
            instead_of: Some(unseen.clone()),
        }),
        // Its name is taken by the key that nobody has.
        (Delivery::Unseen { key }, action) => OutboxEntry {
            id: ActionId::new(format!("{}-{:.8}", entry.id.as_str(), key.as_str())),
            ..anew(action.clone())
        },
        _ => OutboxEntry {
            delivery: Delivery::WAITING,
            ..entry
        },
    }
}

/// How an entry stands after the companion was closed while it was being sent.
pub(super) fn after_restart(entry: &OutboxEntry, remembers: Remembers, age: Span) -> Option<Delivery> {
    (entry.delivery == Delivery::Sending).then(|| {
        if is_repeatable(entry, remembers, age) {
            Delivery::WAITING
        } else {
            Delivery::Unknown { looked: false }
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{ActionId, ContextEdit, MessageKind, NewMessage, NewTask, ProgramId};

    const NOON: Timestamp = Timestamp::from_millis(1_795_348_800_000);

    fn message(to: &str) -> Action {
        Action::SendMessage(NewMessage {
            to: to.to_owned(),
            text: "Go on".to_owned(),
            kind: MessageKind::Directive,
            replies_to: None,
        })
    }

    fn task() -> Action {
        Action::CreateTask(NewTask {
            to: "builder".to_owned(),
            title: "Write the notes".to_owned(),
            instructions: String::new(),
        })
    }

    fn entry(id: &str, action: Action, delivery: Delivery) -> OutboxEntry {
        OutboxEntry {
            id: ActionId::from(id),
            action,
            asked_at: NOON,
            first_sent_at: None,
            heard_before: None,
            delivery,
        }
    }

    fn next_id(entries: &[OutboxEntry], now: Timestamp) -> Option<&str> {
        next(entries, now).map(|entry| entry.id.as_str())
    }

    #[test]
    fn what_acts_on_one_thing_goes_in_order_and_the_rest_passes_by() {
        let unknown = Delivery::Unknown { looked: true };
        let entries = [
            entry("1", message("builder"), unknown),
            entry("2", message("builder"), Delivery::WAITING),
            entry("3", message("reviewer"), Delivery::WAITING),
        ];
        assert_eq!(next_id(&entries, NOON), Some("3"));
        assert_eq!(next_id(&entries[1..], NOON), Some("2"));
    }

    #[test]
    fn what_was_refused_is_over_and_holds_up_nothing() {
        let refused = Delivery::Refused(Setback::NotFound);
        let entries = [
            entry("1", message("builder"), refused),
            entry("2", message("builder"), Delivery::WAITING),
        ];
        assert_eq!(next_id(&entries, NOON), Some("2"));
    }

    #[test]
    fn a_wait_that_the_server_asked_for_is_kept() {
        let later = NOON.plus(Span::from_secs(30));
        let waiting = Delivery::Waiting {
            not_before: Some(later),
        };
        let entries = [entry("1", task(), waiting)];
        assert_eq!(next_id(&entries, NOON), None);
        assert_eq!(next_at(&entries, NOON), Some(later));
        assert_eq!(next_at(&entries, later), None);
        let set_back = NOON.minus(Span::from_mins(300));
        assert_eq!(
            next_id(&entries, set_back),
            Some("1"),
            "nobody asked to wait for five hours"
        );
        assert_eq!(next_id(&entries, later), Some("1"));
    }

    #[test]
    fn a_broken_connection_is_repeated_only_where_the_server_knows_the_key() {
        let unknown = After::Stands(Delivery::Unknown { looked: false });
        assert_eq!(after(&Error::Interrupted, true), After::Pause(Delivery::WAITING));
        assert_eq!(after(&Error::Interrupted, false), unknown);
        // Nothing went out, so nothing can have arrived.
        assert_eq!(after(&Error::Unreachable, false), After::Pause(Delivery::WAITING));
    }

    #[test]
    fn what_failed_before_anything_was_sent_cannot_have_arrived() {
        for error in [
            Error::ServerFault,
            Error::Unreadable,
            Error::NotThisApi,
            Error::Interrupted,
        ] {
            assert_eq!(before_sending(&error), After::Pause(Delivery::WAITING), "{error:?}");
        }
        let forbidden = After::Stands(Delivery::Refused(Setback::Forbidden(None)));
        assert_eq!(before_sending(&Error::Forbidden), forbidden);
    }

    #[test]
    fn a_look_that_failed_in_passing_tells_nothing() {
        for error in [
            Error::ServerFault,
            Error::Unreadable,
            Error::NotThisApi,
            Error::Unavailable,
        ] {
            assert_eq!(after_look(&error), AfterLook::LookAgain, "{error:?}");
        }
        assert_eq!(after_look(&Error::Interrupted), AfterLook::Pause);
        assert_eq!(after_look(&Error::Paused { retry_at: NOON }), AfterLook::Pause);
        assert_eq!(after_look(&Error::Forbidden), AfterLook::Looked);
        assert_eq!(after_look(&Error::Refused(Refusal::NotFound)), AfterLook::Looked);
    }

    #[test]
    fn a_message_is_repeatable_for_an_hour_on_the_hosted_server_and_a_task_never() {
        let mut sent = entry("1", message("builder"), Delivery::Sending);
        sent.first_sent_at = Some(NOON);
        let soon = Span::from_mins(10);
        let late = Span::from_mins(61);
        assert!(is_repeatable(&sent, Remembers::Messages, soon));
        assert!(!is_repeatable(&sent, Remembers::Messages, late));
        assert!(is_repeatable(&sent, Remembers::Everything, late));
        let task = entry("2", task(), Delivery::Sending);
        assert!(!is_repeatable(&task, Remembers::Messages, Span::default()));
        assert!(is_repeatable(&task, Remembers::Everything, Span::default()));
    }

    #[test]
    fn after_a_restart_nothing_is_on_its_way_any_more() {
        let edit = Action::EditContext {
            program: ProgramId::from("builder"),
            edit: ContextEdit::HandOffNotes("b".to_owned()),
            seen: ContextEdit::HandOffNotes("a".to_owned()),
        };
        let stands = |action| {
            after_restart(
                &entry("1", action, Delivery::Sending),
                Remembers::Messages,
                Span::default(),
            )
        };
        assert_eq!(stands(edit), Some(Delivery::WAITING));
        assert_eq!(stands(task()), Some(Delivery::Unknown { looked: false }));
        let refused = entry("1", task(), Delivery::Refused(Setback::NotFound));
        assert_eq!(after_restart(&refused, Remembers::Messages, Span::default()), None);
    }

    fn any_delivery() -> impl Strategy<Value = Delivery> {
        prop_oneof![
            3 => Just(Delivery::WAITING),
            1 => Just(Delivery::Sending),
            1 => Just(Delivery::Unknown { looked: true }),
            1 => Just(Delivery::Refused(Setback::NotFound)),
        ]
    }

    proptest! {
        #[test]
        fn nothing_overtakes_what_acts_on_the_same_thing(
            asked in prop::collection::vec((0..4_u8, any_delivery()), 0..12),
        ) {
            let entries: Vec<OutboxEntry> = asked
                .into_iter()
                .enumerate()
                .map(|(place, (to, delivery))| entry(&place.to_string(), message(&to.to_string()), delivery))
                .collect();
            if let Some(chosen) = next(&entries, NOON) {
                let older = entries.iter().take_while(|entry| entry.id != chosen.id);
                let mut on_the_same = older.filter(|entry| entry.action.goal() == chosen.action.goal());
                prop_assert!(on_the_same.all(|entry| !entry.delivery.holds_up()));
                prop_assert_eq!(&chosen.delivery, &Delivery::WAITING);
            } else {
                let heads = entries.iter().enumerate().filter(|(place, entry)| {
                    let mut older = entries[..*place].iter();
                    older.all(|older| !older.delivery.holds_up() || older.action.goal() != entry.action.goal())
                });
                prop_assert!(heads.into_iter().all(|(_, entry)| entry.delivery != Delivery::WAITING));
            }
        }
    }
}
