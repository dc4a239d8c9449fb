//! What is known, since when, and why not more: a line per source, for the help page.

use cachebash_core::insight::{Overview, Standing};

use super::line::Line;
use super::said::Said;
use super::text::wrap;
use super::theme::{Theme, Tone};

/// The sources of every account, each with its own as-of.
pub(crate) fn lines(overview: &Overview, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![Line::of(0, "Sources", Tone::Head)];
    for account in &overview.accounts {
        if overview.accounts.len() > 1 {
            lines.push(Line::of(1, theme.show(&account.label), Tone::Ink));
        }
        for report in overview.sources.iter().filter(|report| report.account == account.id) {
            let (name, when, why) = said.source(report);
            let (sign, plain, tone) = match report.standing {
                Standing::Fresh => ("✓", "v", Tone::Complete),
                Standing::Stale => ("·", "-", Tone::Stalled),
                Standing::Failed => ("×", "x", Tone::Blocked),
                Standing::NeverRead => ("◦", "_", Tone::Dim),
            };
            let line = Line::of(1, theme.pick(sign, plain), tone).put(5, theme.show(name), Tone::Ink);
            lines.push(line.put(22, theme.show(&when), Tone::Dim));
            for text in why
                .iter()
                .flat_map(|why| wrap(&theme.show(why), columns.saturating_sub(5), 3, theme.ellipsis()))
            {
                lines.push(Line::of(5, text, Tone::Soft));
            }
        }
    }
    if let Some(ahead) = said.server_ahead() {
        lines.push(Line::of(1, theme.show(&ahead), Tone::Stalled));
    }
    lines
}
