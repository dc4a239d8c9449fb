//! Hits on the screen and on paper: whose, what, when, and the piece with its matches bold and underlined.

use cachebash_core::search::{Hit, SearchPage};

use super::line::Line;
use super::said::Said;
use super::text::{cut, width, wrap};
use super::theme::{Theme, Tone};

/// Lines of a piece at most.
const PIECE: usize = 3;

/// How many there are by kind, the hits, and what is not on this device; and for each hit where it begins. The selected
/// one has a bar.
pub(crate) fn lines(
    page: &SearchPage,
    selected: Option<usize>,
    columns: usize,
    said: &Said<'_>,
    theme: &Theme,
) -> (Vec<Line>, Vec<usize>) {
    let (mut lines, mut begins) = (Vec::new(), Vec::new());
    if page.kinds.is_empty() {
        lines.push(Line::of(1, theme.show(said.nothing_found()), Tone::Soft));
    } else {
        lines.push(kinds(page, columns, said, theme));
    }
    lines.push(Line::new());
    for (place, hit) in page.hits.iter().enumerate() {
        begins.push(lines.len());
        let bar = if selected == Some(place) {
            theme.pick("▌", ">")
        } else {
            ""
        };
        let card = hit_lines(hit, columns, said, theme);
        lines.extend(card.into_iter().map(|line| line.put(0, bar, Tone::Strong)));
    }
    if !page.hits.is_empty() {
        lines.push(Line::new());
    }
    lines.push(Line::of(1, theme.show(said.not_everything()), Tone::Head));
    for text in said.reach(page) {
        let text = wrap(&theme.show(&text), columns.saturating_sub(1), 2, theme.ellipsis());
        lines.extend(text.into_iter().map(|text| Line::of(1, text, Tone::Dim)));
    }
    (lines, begins)
}

/// `All 5   Notes 1   Questions 1`, as far as it fits.
fn kinds(page: &SearchPage, columns: usize, said: &Said<'_>, theme: &Theme) -> Line {
    let all = page.kinds.iter().map(|kind| kind.count).sum();
    let mut line = Line::of(1, theme.show(&said.all_hits(all)), Tone::Strong);
    for kind in &page.kinds {
        let text = theme.show(&said.hits_of(kind));
        if line.end() + 3 + width(&text) > columns {
            break;
        }
        line = line.then(3, text, Tone::Dim);
    }
    line
}

fn hit_lines(hit: &Hit, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let time = theme.show(&said.list_time(hit.at));
    let room = columns.saturating_sub(width(&time) + 2);
    let name = hit.program.as_ref().map_or("", |program| program.as_str());
    let mut head = Line::of(1, cut(&theme.show(name), room / 2, theme.ellipsis()), Tone::Strong);
    let gap = if name.is_empty() { 1 } else { 2 };
    let what = cut(
        &theme.show(&said.hit(hit)),
        room.saturating_sub(head.end() + gap),
        theme.ellipsis(),
    );
    head = head.then(gap, what, Tone::Dim).right(columns, time, Tone::Dim);
    let mut lines = vec![head];
    lines.extend(piece(hit, columns.saturating_sub(1), theme));
    lines
}

/// The piece in lines, its matches apart.
fn piece(hit: &Hit, columns: usize, theme: &Theme) -> Vec<Line> {
    let (text, marks) = shown(hit, theme);
    let mut lines = Vec::new();
    let mut from = 0;
    for line in wrap(&text, columns, PIECE, theme.ellipsis()) {
        // A last line that was cut ends in a sign that is not in the text.
        let kept = line.strip_suffix(theme.ellipsis()).unwrap_or(&line);
        let Some(at) = text.get(from..).and_then(|rest| rest.find(kept)).map(|at| from + at) else {
            lines.push(Line::of(1, line, Tone::Ink));
            continue;
        };
        let until = at + kept.len();
        let mut drawn = Line::new();
        let mut place = at;
        for (start, end) in &marks {
            let (start, end) = ((*start).clamp(place, until), (*end).clamp(place, until));
            for (part, tone) in [(text.get(place..start), Tone::Ink), (text.get(start..end), Tone::Match)] {
                drawn = append(drawn, part.unwrap_or_default(), tone);
            }
            place = end;
        }
        drawn = append(drawn, text.get(place..until).unwrap_or_default(), Tone::Ink);
        lines.push(append(drawn, line.get(kept.len()..).unwrap_or_default(), Tone::Ink));
        from = until;
    }
    lines
}

fn append(line: Line, text: &str, tone: Tone) -> Line {
    let column = line.end().max(1);
    line.put(column, text, tone)
}

/// The piece as this terminal can show it, and where it matches there, in bytes.
fn shown(hit: &Hit, theme: &Theme) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut marks) = (String::new(), Vec::new());
    if hit.cut_before {
        text.push_str(theme.ellipsis());
        text.push(' ');
    }
    for (part, matches) in hit.parts() {
        let start = text.len();
        for letter in part.chars() {
            match letter {
                ' ' => text.push(' '),
                letter => text.push_str(&theme.show(letter.encode_utf8(&mut [0; 4]))),
            }
        }
        if matches {
            marks.push((start, text.len()));
        }
    }
    if hit.cut_after {
        text.push_str(theme.ellipsis());
    }
    (text, marks)
}
