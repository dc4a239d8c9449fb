//! What holds of every row, whatever life its session led and whenever it is judged.

use proptest::prelude::*;

use super::tracing::{any_life, fold};
use super::world::*;
use crate::domain::{Session, SessionState, Span};
use crate::insight::{Finding, Section, Shape, row};

proptest! {
    #[test]
    fn a_row_contradicts_itself_at_no_moment(life in any_life(), later in 0..200_000_000i64, archived in any::<bool>()) {
        let (last, _) = life.last().unwrap();
        let session = Session { archived, ..last.clone() };
        let at = last.last_update.unwrap().plus(Span::from_millis(later));
        let judged = row(&record(session, Some(fold(&life))), &moment_at(at));
        let row = judged.row;

        let blocked = matches!(row.state, Some(SessionState::Blocked | SessionState::BlockedOrPinned));
        prop_assert_eq!(row.section == Section::NeedsYou, blocked && !archived);
        prop_assert_eq!(row.waiting.is_some(), row.section == Section::NeedsYou);
        prop_assert_eq!(row.ended_at.is_some(), archived);
        prop_assert!(!archived || matches!(row.section, Section::FinishedToday | Section::Quiet));
        prop_assert!(!row.moving || (row.shape == Shape::Working && row.finding.is_none()));
        prop_assert_eq!(row.section == Section::Quiet, row.shape == Shape::Quiet);
        let silent = matches!(row.shape, Shape::WorkingSilent | Shape::BlockedSilent | Shape::PinnedSilent);
        let told_silent = matches!(row.finding, Some(Finding::Silent { .. }));
        prop_assert!(!silent || told_silent);
        let is_still = matches!(row.finding, Some(Finding::NoChange { .. }));
        prop_assert!(!is_still || row.shape == Shape::WorkingStalled);
        prop_assert!(archived || judged.entered_at <= at);
    }

    #[test]
    fn silence_ends_only_by_being_heard(life in any_life(), later in 0..86_000_000i64, more in 0..86_000_000i64) {
        let (last, _) = life.last().unwrap();
        let record = record(last.clone(), Some(fold(&life)));
        let finding = |after: i64| {
            let at = last.last_update.unwrap().plus(Span::from_millis(after));
            row(&record, &moment_at(at)).row
        };
        let (earlier, later) = (finding(later), finding(later.saturating_add(more)));
        if matches!(earlier.finding, Some(Finding::Silent { .. })) {
            prop_assert!(later.section == Section::Quiet || later.finding == earlier.finding);
        }
    }
}
