//! The whole screen as one pure function: values, the screen's state, a size and a theme in, cells out.

use cachebash_core::insight::{OutboxLine, Overview, ProgramPage};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line::Line;
use super::overview::{Block, Quiet, list};
use super::said::Said;
use super::text::{cut, width};
use super::theme::{Theme, Tone};
use super::ui::{Ui, View};
use super::{away, help, outbox, paper, program, sources};
use crate::words::Labels;

/// Below this many columns there is one pane.
pub(crate) const TWO_PANES: u16 = 90;
/// Columns of the list where there are two.
pub(crate) const LIST: u16 = 52;
/// From so many columns on the help page has the sources beside it.
const HELP_BESIDE: u16 = 88;
/// Shapes in the strip at most; then "+12".
const STRIP: usize = 40;

/// Everything a frame is made of.
pub(crate) struct Board<'a> {
    /// The fleet.
    pub(crate) overview: &'a Overview,
    /// The selected program, once it is known.
    pub(crate) page: Option<&'a ProgramPage>,
    /// What was asked for and is not done yet, where that is shown.
    pub(crate) outbox: &'a [OutboxLine],
    /// What the person did.
    pub(crate) ui: &'a Ui,
    /// All words.
    pub(crate) labels: &'a Labels,
    /// All looks.
    pub(crate) theme: &'a Theme,
}

impl Board<'_> {
    /// Draws the frame.
    pub(crate) fn draw(&self, area: Rect, buf: &mut Buffer) {
        buf.set_style(area, self.theme.canvas());
        if area.width == 0 || area.height == 0 {
            return;
        }
        let wide = usize::from(area.width);
        self.title(wide).draw(0, area, buf, self.theme);
        if area.height < 4 {
            return;
        }
        let two = area.width >= TWO_PANES && self.ui.view == View::List && !self.overview.rows.is_empty();
        let body = Rect {
            y: area.y + 2,
            height: area.height - 4,
            ..area
        };
        self.rule(two.then_some("┬"), wide).draw(1, area, buf, self.theme);
        if two {
            let left = Rect { width: LIST, ..body };
            let right = Rect {
                x: area.x + LIST + 2,
                width: area.width - LIST - 3,
                ..body
            };
            self.list(left, buf);
            let bar = self.theme.pick("│", "|");
            for y in 0..body.height {
                Line::of(usize::from(LIST), bar, Tone::Line).draw(y, body, buf, self.theme);
            }
            self.beside(right, buf);
        } else {
            match self.ui.view {
                View::List if self.is_empty() => self.empty(body, buf),
                View::List => self.list(body, buf),
                View::Outbox => self.outbox(body, buf),
                View::Search => self.search(body, buf),
                View::Write => self.write(body, buf),
                View::Program | View::Away | View::Help => self.alone(body, buf),
            }
        }
        self.foot(two, wide).draw(area.height - 2, area, buf, self.theme);
        self.keys(wide).draw(area.height - 1, area, buf, self.theme);
    }

    /// Nobody is here, and nobody asks anything.
    fn is_empty(&self) -> bool {
        self.overview.rows.is_empty() && self.overview.asked.is_empty()
    }

    /// How high a printed board is: all of the list and all of the page, and at least `least`.
    pub(crate) fn printed_height(&self, least: u16) -> u16 {
        let blocks = list(self.overview, usize::from(LIST), Quiet::Names, &self.said(), self.theme);
        let lines: usize = blocks.iter().map(|block| block.lines.len()).sum();
        u16::try_from(lines + 3).unwrap_or(u16::MAX).max(least)
    }

    /// As [`Board::draw`], for paper: nobody can press a key there.
    pub(crate) fn draw_printed(&self, area: Rect, buf: &mut Buffer) {
        self.draw(area, buf);
        let last = Rect {
            y: area.y + area.height.saturating_sub(1),
            height: area.height.min(1),
            ..area
        };
        for position in last.positions() {
            buf[position].reset();
        }
    }

    /// Label, headline, strip, as-of; with a bar in place of label and as-of when there is something to say.
    pub(crate) fn title(&self, wide: usize) -> Line {
        let said = self.said();
        let theme = self.theme;
        // The answer is the title, also to what became of what was asked for.
        let undone = said.not_delivered(self.outbox).filter(|_| self.ui.view == View::Outbox);
        let headline = theme.show(&undone.unwrap_or_else(|| said.headline()));
        let end = wide.saturating_sub(1);
        if let Some(notice) = &self.overview.notice {
            let bar = cut(
                &theme.show(&said.notice(notice)),
                end.saturating_sub(1),
                theme.ellipsis(),
            );
            let line = Line::of(1, bar, Tone::Strong);
            if line.end() + 3 + width(&headline) > end {
                return line;
            }
            return self.strip(line.then(3, headline, Tone::Ink), end);
        }
        let label = cut(&theme.show(&said.fleet()), 24, theme.ellipsis());
        let as_of = theme.show(&said.as_of());
        let line = Line::of(1, label, Tone::Dim).then(3, headline, Tone::Strong);
        if line.end() + 2 + width(&as_of) > end {
            return line;
        }
        self.strip(line, end.saturating_sub(width(&as_of) + 2))
            .right(end, as_of, Tone::Dim)
    }

    /// The title and the whole list, for printing: every program has a line.
    pub(crate) fn printed(&self, wide: usize) -> Vec<Line> {
        let mut lines = vec![self.title(wide), self.rule(None, wide)];
        if self.is_empty() {
            lines.extend(
                self.said()
                    .empty()
                    .iter()
                    .map(|text| Line::of(1, self.theme.show(text), Tone::Soft)),
            );
        }
        for block in list(self.overview, wide, Quiet::Rows, &self.said(), self.theme) {
            lines.extend(block.lines);
        }
        lines
    }

    /// One sign per program, sections apart, as many as fit.
    fn strip(&self, mut line: Line, end: usize) -> Line {
        let total: usize = self
            .overview
            .sections
            .iter()
            .map(|section| section.count as usize)
            .sum();
        let mut shown = 0;
        let mut gap = 3;
        for section in &self.overview.sections {
            for shape in &section.shapes {
                let [(sign, tone), (mark, mark_tone)] = self.theme.shape(*shape);
                let rest = if total - shown > 1 {
                    width(&format!(" +{}", total - shown))
                } else {
                    0
                };
                if shown == STRIP || line.end() + gap + 2 + rest > end {
                    return if shown == 0 {
                        line
                    } else {
                        line.then(1, format!("+{}", total - shown), Tone::Dim)
                    };
                }
                line = line.then(gap, sign, tone);
                if mark != " " {
                    line = line.then(0, mark, mark_tone);
                }
                gap = 0;
                shown += 1;
            }
            gap = 1;
        }
        line
    }

    fn rule(&self, joint: Option<&str>, wide: usize) -> Line {
        let theme = self.theme;
        let dash = theme.pick("─", "-");
        match joint {
            Some(joint) => {
                let left = usize::from(LIST);
                let joint = if theme.unicode { joint } else { "+" };
                Line::of(
                    0,
                    dash.repeat(left) + joint + &dash.repeat(wide.saturating_sub(left + 1)),
                    Tone::Line,
                )
            }
            None => Line::of(0, dash.repeat(wide), Tone::Line),
        }
    }

    /// The rule above the keys; a demo says there that it is one, how fast its clock runs, and what just happened.
    fn foot(&self, two: bool, wide: usize) -> Line {
        let rule = self.rule(two.then_some("┴"), wide);
        let Some(demo) = &self.ui.demo else { return rule };
        let theme = self.theme;
        let text = cut(&theme.show(&Said::demo(demo)), wide.saturating_sub(6), theme.ellipsis());
        let dash = theme.pick("─", "-");
        let rest = wide.saturating_sub(width(&text) + 5);
        let line = Line::of(0, dash.repeat(3), Tone::Line).put(4, &*text, Tone::Stalled);
        line.put(5 + width(&text), dash.repeat(rest), Tone::Line)
    }

    fn keys(&self, wide: usize) -> Line {
        let mut line = Line::new();
        for (key, does) in help::keys(self.ui, &help::Acts::of(self)) {
            let key = self.theme.pick(key.sign, key.plain);
            if key_is_quit(key) {
                let text = width(key) + 1 + width(&does);
                if line.end() + 2 + text < wide {
                    let at = wide.saturating_sub(1 + text);
                    line = line
                        .put(at, key, Tone::Strong)
                        .put(at + width(key) + 1, does, Tone::Dim);
                }
            } else if line.end() + 4 + width(key) + width(&does) + 8 < wide {
                let gap = if line == Line::new() { 1 } else { 3 };
                line = line.then(gap, key, Tone::Strong).then(1, does, Tone::Dim);
            }
        }
        line
    }

    fn list(&self, area: Rect, buf: &mut Buffer) {
        let quiet = if self.ui.in_quiet(self.overview) {
            Quiet::Rows
        } else {
            Quiet::Names
        };
        let blocks = list(self.overview, usize::from(area.width), quiet, &self.said(), self.theme);
        let selected = self.ui.position(self.overview);
        let first = first_line(&blocks, selected, usize::from(area.height));
        let mut y = 0;
        for block in &blocks {
            for line in &block.lines {
                if y >= first
                    && let Ok(at) = u16::try_from(y - first)
                {
                    line.draw(at, area, buf, self.theme);
                    if block.row.is_some() && block.row == selected {
                        Line::of(0, self.theme.pick("▌", ">"), Tone::Strong).draw(at, area, buf, self.theme);
                    }
                }
                y += 1;
            }
        }
    }

    /// The selected program beside the list, cut to what fits.
    fn beside(&self, area: Rect, buf: &mut Buffer) {
        if let Some(page) = self.shown_page() {
            let lines = program::beside(
                page,
                usize::from(area.width),
                usize::from(area.height),
                &self.said(),
                self.theme,
            );
            self.lines(&lines, 0, area, buf);
        }
    }

    /// The last line that may stand on top on a screen of this size: beyond it there is nothing to scroll to.
    pub(crate) fn last_scroll(&self, columns: u16, rows: u16) -> u16 {
        let lines = self.scrolled(columns.saturating_sub(2)).len();
        let height = usize::from(rows.saturating_sub(4));
        u16::try_from(lines.saturating_sub(height)).unwrap_or(u16::MAX)
    }

    /// What scrolls in this view, all of it: the selected program, whole, what happened, or the keys and the signs.
    fn scrolled(&self, columns: u16) -> Vec<Line> {
        match self.ui.view {
            View::List | View::Outbox | View::Search | View::Write => Vec::new(),
            View::Program => self
                .shown_page()
                .map(|page| program::whole(page, usize::from(columns), &self.said(), self.theme))
                .unwrap_or_default(),
            View::Away => {
                let now = self.overview.now;
                let told = self.ui.away.as_ref();
                let lines = |told| away::lines(told, now, usize::from(columns), self.labels, self.theme);
                told.map(lines).unwrap_or_default()
            }
            View::Help if columns >= HELP_BESIDE => help::lines(self.ui, self.theme),
            View::Help => {
                let mut lines = help::lines(self.ui, self.theme);
                lines.push(Line::new());
                lines.extend(self.sources(columns));
                lines
            }
        }
    }

    /// One view alone, scrolled; on the help page, where there is room, the sources beside it.
    fn alone(&self, area: Rect, buf: &mut Buffer) {
        let area = inner(area);
        let lines = self.scrolled(area.width);
        let most = lines.len().saturating_sub(usize::from(area.height));
        self.lines(&lines, usize::from(self.ui.scroll).min(most), area, buf);
        if self.ui.view == View::Help && area.width >= HELP_BESIDE {
            let half = area.width / 2;
            let beside = Rect {
                x: area.x + half,
                width: area.width - half,
                y: area.y + 1.min(area.height),
                height: area.height.saturating_sub(1),
            };
            self.lines(&self.sources(beside.width), 0, beside, buf);
        }
    }

    /// The outbox, scrolled so that the selected entry is in sight.
    fn outbox(&self, area: Rect, buf: &mut Buffer) {
        let entry = self.ui.entry.min(self.outbox.len().saturating_sub(1));
        let columns = usize::from(area.width).saturating_sub(1);
        let (lines, begins) = outbox::lines(self.outbox, entry, columns, &self.said(), self.theme);
        let height = usize::from(area.height);
        let begin = begins.get(entry).copied().unwrap_or(0);
        let end = begins.get(entry + 1).copied().unwrap_or(lines.len());
        let from = end.saturating_sub(height).min(begin.saturating_sub(1));
        self.lines(&lines, from, area, buf);
    }

    /// What is looked for and found, scrolled so that the selected hit is in sight.
    fn search(&self, area: Rect, buf: &mut Buffer) {
        let columns = usize::from(area.width).saturating_sub(1);
        let (lines, begin, end) = paper::search(&self.ui.search, columns, &self.said(), self.theme);
        let from = end.saturating_sub(usize::from(area.height)).min(begin);
        self.lines(&lines, from, area, buf);
    }

    /// A text that is being written, scrolled to its end.
    fn write(&self, area: Rect, buf: &mut Buffer) {
        let area = inner(area);
        if let Some(writing) = &self.ui.writing {
            let lines = paper::writing(writing, usize::from(area.width), &self.said(), self.theme);
            self.lines(&lines, lines.len().saturating_sub(usize::from(area.height)), area, buf);
        }
    }

    /// What is known since when, and what a chart is made of.
    fn sources(&self, columns: u16) -> Vec<Line> {
        let mut lines = sources::lines(self.overview, usize::from(columns), &self.said(), self.theme);
        lines.push(Line::new());
        lines.extend(help::chart(self.theme));
        lines
    }

    /// The page, if it is the selected program's: just after a move it may still be another's.
    fn shown_page(&self) -> Option<&ProgramPage> {
        let (account, program) = self.ui.selected.as_ref()?;
        self.page
            .filter(|page| page.row.account == *account && page.row.program == *program)
    }

    fn empty(&self, area: Rect, buf: &mut Buffer) {
        let area = inner(area);
        let mut lines = vec![Line::new()];
        for text in self.said().empty() {
            for line in super::text::wrap(
                &self.theme.show(&text),
                usize::from(area.width).min(72),
                4,
                self.theme.ellipsis(),
            ) {
                lines.push(Line::of(0, line, Tone::Soft));
            }
            lines.push(Line::new());
        }
        self.lines(&lines, 0, area, buf);
    }

    fn lines(&self, lines: &[Line], from: usize, area: Rect, buf: &mut Buffer) {
        for (line, y) in lines.iter().skip(from).zip(0..area.height) {
            line.draw(y, area, buf, self.theme);
        }
    }

    fn said(&self) -> Said<'_> {
        Said::of(self.labels, self.overview)
    }
}

fn key_is_quit(key: &str) -> bool {
    key == "q"
}

/// A pane with a column free on each side.
fn inner(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    }
}

/// The first line to show so that the selected row is whole, with its section's title when there is room.
fn first_line(blocks: &[Block], selected: Option<usize>, height: usize) -> usize {
    let total: usize = blocks.iter().map(|block| block.lines.len()).sum();
    let Some(at) = blocks
        .iter()
        .position(|block| block.row.is_some() && block.row == selected)
    else {
        return 0;
    };
    let above: usize = blocks[..at].iter().map(|block| block.lines.len()).sum();
    let own = blocks[at].lines.len();
    if total <= height || above + own <= height / 2 {
        return 0;
    }
    // Selected row around the middle; never past the end.
    (above + own)
        .saturating_sub(height / 2 + own / 2)
        .min(total - height)
        .min(above)
}
