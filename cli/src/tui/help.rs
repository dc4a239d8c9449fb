//! Which keys do something now, and what the signs mean. The last line of the screen and the help page are made from the
//! same list, so neither can name a key that does nothing.

use cachebash_core::insight::Shape;

use super::board::Board;
use super::line::Line;
use super::theme::{Theme, Tone};
use super::ui::{Ui, View};

/// A key as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    /// With UTF-8.
    pub(crate) sign: &'static str,
    /// Without.
    pub(crate) plain: &'static str,
}

const fn sign(sign: &'static str, plain: &'static str) -> Sign {
    Sign { sign, plain }
}

/// What can be done about what is shown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Acts {
    /// There is a program to open.
    open: bool,
    /// The selected one asks something that is answered here.
    answer: bool,
    /// It has an open question.
    reply: bool,
    /// Servers answer: what is sent goes at once.
    online: bool,
    /// How much waits in the outbox.
    undone: usize,
}

impl Acts {
    /// On this board.
    pub(crate) fn of(board: &Board<'_>) -> Self {
        let row = board
            .ui
            .position(board.overview)
            .and_then(|at| board.overview.rows.get(at));
        Self {
            open: !board.overview.rows.is_empty(),
            answer: row.is_some_and(|row| row.asked.as_ref().is_some_and(|asked| asked.answerable)),
            reply: row.is_some_and(|row| row.open_questions > 0),
            online: board.overview.fresh,
            undone: board.outbox.len(),
        }
    }

    /// All that this screen knows.
    const ALL: Self = Self {
        open: true,
        answer: true,
        reply: true,
        online: true,
        undone: 0,
    };
}

/// The keys that do something on this screen, in the order they are shown.
pub(crate) fn keys(ui: &Ui, acts: &Acts) -> Vec<(Sign, String)> {
    let mut keys = Vec::new();
    let mut add = |key, does: &str| keys.push((key, does.to_owned()));
    if let Some(writing) = ui.writing.as_ref().filter(|_| ui.view == View::Write) {
        if writing.asks_leave {
            add(sign("", ""), "Allow this terminal to act for you?");
            add(sign("y", "y"), "yes");
            add(sign("n", "n"), "no");
        } else {
            add(
                sign("⏎", "Enter"),
                if acts.online { "send" } else { "send when online" },
            );
            add(sign("esc", "esc"), "back");
        }
        return keys;
    }
    match ui.view {
        View::List if acts.open => {
            add(sign("↑↓", "j/k"), "move");
            add(sign("⏎", "Enter"), "open");
        }
        View::List => {}
        View::Program => {
            add(sign("↑↓", "j/k"), "scroll");
            add(sign("esc", "esc"), "back");
        }
        View::Search => {
            add(sign("↑↓", "Up Down"), "move");
            add(sign("⏎", "Enter"), "open");
            add(sign("esc", "esc"), "back");
            return keys;
        }
        View::Write => {
            add(sign("esc", "esc"), "back");
            return keys;
        }
        View::Outbox if acts.undone > 0 => {
            add(sign("↑↓", "j/k"), "move");
            add(sign("r", "r"), "send again");
            add(sign("e", "e"), "edit");
            add(sign("x", "x"), "discard");
            add(sign("esc", "esc"), "back");
        }
        View::Outbox => add(sign("esc", "esc"), "back"),
        View::Away | View::Help => {
            add(sign("↑↓", "j/k"), "scroll");
            add(sign("esc", "esc"), "back");
        }
    }
    if matches!(ui.view, View::List | View::Program) {
        if acts.answer {
            add(sign("a", "a"), "answer");
        }
        if acts.reply {
            add(sign("r", "r"), "reply");
        }
    }
    if ui.view == View::List {
        add(sign("/", "/"), "search");
        let outbox = if acts.undone > 0 {
            format!("outbox {}", acts.undone)
        } else {
            "outbox".to_owned()
        };
        add(sign("o", "o"), &outbox);
        add(sign("w", "w"), "away");
    }
    if let Some(demo) = &ui.demo {
        add(
            sign("n", "n"),
            if demo.cut {
                "restore the network"
            } else {
                "cut the network"
            },
        );
    }
    if ui.view != View::Help {
        add(sign("?", "?"), "help");
    }
    add(sign("q", "q"), "quit");
    keys
}

/// The help page.
pub(crate) fn lines(ui: &Ui, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![Line::new(), Line::of(0, "Keys", Tone::Head)];
    let list = Ui {
        view: View::List,
        ..ui.clone()
    };
    for (key, does) in keys(&list, &Acts::ALL) {
        lines.push(Line::of(1, theme.pick(key.sign, key.plain), Tone::Strong).put(12, does, Tone::Soft));
    }
    for (key, does) in [
        ("PgUp PgDn", "eight rows at once"),
        ("Home End", "the first, the last"),
        ("j k", "as the arrows"),
    ] {
        lines.push(Line::of(1, key, Tone::Strong).put(12, does, Tone::Soft));
    }
    lines.extend([Line::new(), Line::of(0, "Signs", Tone::Head)]);
    for (shape, means) in [
        (Shape::Working, "working"),
        (Shape::WorkingStalled, "working, heard, but its progress does not rise"),
        (Shape::WorkingSilent, "said working, not heard since"),
        (Shape::Blocked, "blocked: it needs you"),
        (Shape::BlockedSilent, "said blocked, not heard since"),
        (Shape::Pinned, "pinned"),
        (Shape::PinnedSilent, "said pinned, not heard since"),
        (Shape::Complete, "finished today"),
        (Shape::Quiet, "quiet for a day"),
        (Shape::NeverSeen, "never checked in"),
        (Shape::OtherWord, "says a word this version does not know"),
    ] {
        let [(sign, tone), (mark, mark_tone)] = theme.shape(shape);
        lines.push(
            Line::of(1, sign, tone)
                .put(2, mark, mark_tone)
                .put(5, means, Tone::Soft),
        );
    }
    lines.push(Line::of(1, "?2", Tone::Soft).put(5, "two open questions in its state", Tone::Soft));
    lines
}

/// What a chart is made of.
pub(crate) fn chart(theme: &Theme) -> Vec<Line> {
    vec![
        Line::of(0, "Chart", Tone::Head),
        Line::of(1, theme.pick("▃", ":"), Tone::Working).put(5, "progress, 0 to 100 %, while it moves", Tone::Soft),
        Line::of(1, theme.pick("╱", "/"), Tone::Line).put(5, "not seen by this device", Tone::Soft),
        Line::of(1, theme.pick("╵", "'"), Tone::Dim).put(5, "a heartbeat that was seen", Tone::Soft),
    ]
}
