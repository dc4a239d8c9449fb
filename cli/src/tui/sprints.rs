//! Sprints, for printing: a title with its as-of, then each with its stories by wave.

use cachebash_core::domain::Story;
use cachebash_core::insight::{SprintRow, SprintsView};

use super::line::Line;
use super::lists::title;
use super::said::Said;
use super::text::cut;
use super::theme::{Theme, Tone};
use crate::words::{Counted, Phrase};

/// Where a story's words begin.
const INDENT: usize = 3;

/// The sprints that are under way, and whose servers offer none.
pub(crate) fn sprints(view: &SprintsView, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![title(&view.list, Counted::Sprints, columns, said, theme)];
    for account in &view.not_offered {
        let words = theme.show(said.phrase(Phrase::NotOffered));
        lines.push(match said.account_of(account) {
            Some(label) => {
                let label = cut(&theme.show(&label), columns / 2, theme.ellipsis());
                Line::of(0, label, Tone::Dim).then(2, words, Tone::Dim)
            }
            None => Line::of(0, words, Tone::Dim),
        });
    }
    for SprintRow { sprint, done, .. } in &view.list.rows {
        let name = sprint.title.as_deref().unwrap_or(&sprint.id);
        let first = Line::of(0, cut(&theme.show(name), columns / 2, theme.ellipsis()), Tone::Strong);
        let status = theme.show(sprint.status.as_deref().unwrap_or("?"));
        let count = format!("{done}/{}", sprint.stories.len());
        let first = first.then(2, status, Tone::Soft).then(2, count, Tone::Soft);
        lines.push(first.right(columns, theme.show(&said.list_time(sprint.created_at)), Tone::Dim));
        let place = [sprint.project.as_deref(), sprint.branch.as_deref()];
        let place: Vec<String> = place.into_iter().flatten().map(|word| theme.show(word)).collect();
        if !place.is_empty() {
            let place = cut(
                &place.join(theme.pick(" · ", " - ")),
                columns - INDENT,
                theme.ellipsis(),
            );
            lines.push(Line::of(INDENT, place, Tone::Dim));
        }
        lines.extend(sprint.stories.iter().map(|story| line_of(story, columns, theme)));
    }
    lines
}

fn line_of(story: &Story, columns: usize, theme: &Theme) -> Line {
    let wave = story.wave.map(|wave| wave.to_string()).unwrap_or_default();
    let title = story.title.as_deref().unwrap_or(&story.id);
    let line = Line::of(INDENT, wave, Tone::Dim).put(
        INDENT + 3,
        cut(&theme.show(title), columns / 2, theme.ellipsis()),
        Tone::Ink,
    );
    let words = [story.status.as_deref(), story.current_action.as_deref()];
    let words: Vec<String> = words.into_iter().flatten().map(|word| theme.show(word)).collect();
    let words = words.join(theme.pick(" · ", " - "));
    let room = columns.saturating_sub(line.end() + 2);
    line.then(2, cut(&words, room, theme.ellipsis()), Tone::Soft)
}
