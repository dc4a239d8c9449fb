//! Who stands where: the one session that speaks for a program, and the order of sections and rows.

use super::{Headline, Judged, ProgramRow, Section, SectionSummary};
use crate::domain::Session;

/// The session that speaks for a program: its newest live one by last update, with none live its newest ended one; of
/// two equally new ones the id that sorts first. Heartbeats do not count, and neither does any name (B15, B19).
pub fn pick<'a>(sessions: impl IntoIterator<Item = &'a Session>) -> Option<&'a Session> {
    sessions.into_iter().min_by(|a, b| {
        a.archived
            .cmp(&b.archived)
            .then_with(|| b.last_update.cmp(&a.last_update))
            .then_with(|| a.id.cmp(&b.id))
    })
}

/// The order in which sections stand on screen and in the strip.
pub const SECTIONS: [Section; 6] = [
    Section::NeedsYou,
    Section::StalledOrSilent,
    Section::Working,
    Section::Pinned,
    Section::FinishedToday,
    Section::Quiet,
];

/// Puts judged rows in list order (by section, then by entry into it, oldest first, then by name) and sums the sections
/// up. Every row given is in the list; sections without rows are absent.
pub fn arrange(mut judged: Vec<Judged>) -> (Vec<ProgramRow>, Vec<SectionSummary>) {
    judged.sort_by(|a, b| {
        let key = |j: &Judged| (j.row.section, j.entered_at);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.row.program.cmp(&b.row.program))
            .then_with(|| a.row.account.cmp(&b.row.account))
    });
    let rows: Vec<ProgramRow> = judged.into_iter().map(|j| j.row).collect();
    let sections = SECTIONS
        .into_iter()
        .filter_map(|section| {
            let shapes: Vec<_> = rows
                .iter()
                .filter(|row| row.section == section)
                .map(|row| row.shape)
                .collect();
            let count = u32::try_from(shapes.len()).unwrap_or(u32::MAX);
            (count > 0).then_some(SectionSummary { section, count, shapes })
        })
        .collect();
    (rows, sections)
}

/// The title over these sections: the answer to "who needs me".
///
/// `asked`: questions whose asker is not known; those of a known one stand on its card, under "Needs you".
pub fn headline(sections: &[SectionSummary], asked: usize, fresh: bool) -> Headline {
    let needs_you = sections.iter().find(|summary| summary.section == Section::NeedsYou);
    match needs_you {
        Some(summary) => Headline::NeedYou(summary.count),
        None if asked > 0 => Headline::QuestionsForYou(u32::try_from(asked).unwrap_or(u32::MAX)),
        None if sections.is_empty() => Headline::Nobody,
        None if fresh => Headline::NothingNeedsYou,
        None => Headline::NothingNeededYou,
    }
}
