//! "While you were away": what became of every program in a span of time, from what this device kept.
//!
//! A digest is a function of facts and a span, and can be put together: the digest of two spans that touch, one
//! [`then`](Digest::then) the other, is the digest of both. Nothing in it depends on when it is asked for.

use super::{Gap, ProgramRow, SessionRecord};
use crate::domain::{AccountId, Percent, ProgramId, SessionId, SessionState, Timestamp};

/// What became of the programs of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends; nothing of this moment is in it.
    pub until: Timestamp,
    /// A lane per program, in list order; also of those to which nothing happened.
    pub lanes: Vec<Lane>,
    /// Who began to wait for the person and still does, oldest first.
    pub waiting: Vec<AwayLine>,
    /// Sessions that finished, oldest first.
    pub finished: Vec<AwayLine>,
    /// Who fell silent, stood still or fell back, oldest first.
    pub changed: Vec<AwayLine>,
    /// The times in which nobody watched, oldest first.
    pub unseen: Vec<Gap>,
}

/// One program's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub program: ProgramId,
    /// Its sessions, piece by piece, oldest first.
    pub pieces: Vec<Piece>,
    /// How often a session of it took over from an earlier one.
    pub hand_offs: u32,
    /// Something happened to it: lanes without are usually not drawn.
    pub eventful: bool,
}

/// A stretch of a session in which nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whose.
    pub session: SessionId,
    /// From then on.
    pub from: Timestamp,
    /// Until then.
    pub until: Timestamp,
    /// What it was.
    pub what: Stretch,
}

/// What a session was for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// Live; what it reported then was not kept.
    Live,
    /// Live, and reported this.
    Reported {
        /// What.
        state: SessionState,
    },
    /// Live, and not heard.
    Silent,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwayLine {
    /// Whose.
    pub account: AccountId,
    /// Which program's.
    pub program: ProgramId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: AwayEvent,
}

/// What happened to a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwayEvent {
    /// It waits for the person; with the question it asked, or its status.
    Waits {
        /// In its own words.
        words: Option<String>,
    },
    /// A session of it finished.
    Finished {
        /// Its last words.
        words: Option<String>,
    },
    /// It was no longer heard.
    WentSilent,
    /// Its progress stopped rising.
    StoodStill,
    /// Its progress went down.
    Fell {
        /// From.
        from: Percent,
        /// To.
        to: Percent,
    },
}

/// A program as it is known now: its row, and the sessions of it that may reach into the span.
#[derive(Clone, Debug, PartialEq)]
pub struct AwayFacts {
    /// As it is judged.
    pub row: ProgramRow,
    /// In any order.
    pub sessions: Vec<SessionRecord>,
}

/// The digest of a span.
pub fn digest(facts: &[AwayFacts], gaps: &[Gap], from: Timestamp, until: Timestamp) -> Digest {
    let span = Cut { from, until };
    let mut digest = Digest {
        from,
        until,
        lanes: Vec::new(),
        waiting: Vec::new(),
        finished: Vec::new(),
        changed: Vec::new(),
        unseen: gaps.iter().filter_map(|gap| span.cut(gap.from, gap.until)).collect(),
    };
    digest.unseen.sort_by_key(|gap| (gap.from, gap.until));
    for known in facts {
        digest.take(known, span);
    }
    for lines in [&mut digest.waiting, &mut digest.finished, &mut digest.changed] {
        in_time(lines);
    }
    digest
}

impl Digest {
    /// This digest and that of the span that begins where it ends, of the same facts.
    #[must_use]
    pub fn then(mut self, later: Self) -> Self {
        for lane in later.lanes {
            let same = |held: &&mut Lane| held.account == lane.account && held.program == lane.program;
            match self.lanes.iter_mut().find(same) {
                Some(held) => held.follow(lane),
                None => self.lanes.push(lane),
            }
        }
        for (held, more) in [
            (&mut self.waiting, later.waiting),
            (&mut self.finished, later.finished),
            (&mut self.changed, later.changed),
        ] {
            held.extend(more);
            in_time(held);
        }
        for gap in later.unseen {
            match self.unseen.last_mut() {
                Some(last) if last.until == gap.from && gap.from == self.until => last.until = gap.until,
                _ => self.unseen.push(gap),
            }
        }
        self.until = later.until;
        self
    }

    fn take(&mut self, known: &AwayFacts, span: Cut) {
        let row = &known.row;
        let line = |at: Timestamp, event: AwayEvent| AwayLine {
            account: row.account.clone(),
            program: row.program.clone(),
            at,
            event,
        };
        let mut happened = 0;
        let mut note = |list: &mut Vec<AwayLine>, at: Timestamp, event: AwayEvent| {
            if span.holds(at) {
                list.push(line(at, event));
                happened += 1;
            }
        };
        if let Some(waiting) = row.waiting {
            let words = row.asked.as_ref().map(|asked| asked.text.clone());
            let words = words.or_else(|| row.status.clone());
            note(&mut self.waiting, waiting.since, AwayEvent::Waits { words });
        }
        match &row.finding {
            Some(super::Finding::Silent { since, .. }) => note(&mut self.changed, *since, AwayEvent::WentSilent),
            Some(super::Finding::NoChange { since }) => note(&mut self.changed, *since, AwayEvent::StoodStill),
            Some(super::Finding::Fell { from, to, at }) => {
                note(&mut self.changed, *at, AwayEvent::Fell { from: *from, to: *to });
            }
            None => {}
        }
        let mut lives: Vec<Life> = known
            .sessions
            .iter()
            .filter_map(|session| Life::of(session, row))
            .collect();
        lives.sort_by(|a, b| (a.began, &a.session).cmp(&(b.began, &b.session)));
        let mut hand_offs = 0;
        for (place, life) in lives.iter().enumerate() {
            if let (Some(ended), true) = (life.ended, life.finished) {
                let words = life.words.clone();
                note(&mut self.finished, ended, AwayEvent::Finished { words });
            }
            let took_over = lives[..place]
                .iter()
                .any(|before| before.ended.is_some_and(|ended| ended <= life.began));
            if span.holds(life.began) && took_over {
                hand_offs += 1;
            }
        }
        let began = lives.iter().any(|life| span.holds(life.began));
        let turned = lives.iter().any(|life| life.turned.is_some_and(|at| span.holds(at)));
        self.lanes.push(Lane {
            account: row.account.clone(),
            program: row.program.clone(),
            pieces: joined(lives.iter().flat_map(|life| life.pieces(span)).collect()),
            hand_offs,
            eventful: happened > 0 || began || turned,
        });
    }
}

impl Lane {
    fn follow(&mut self, later: Self) {
        self.pieces.extend(later.pieces);
        self.pieces = joined(std::mem::take(&mut self.pieces));
        self.hand_offs += later.hand_offs;
        self.eventful |= later.eventful;
    }
}

/// A session's time.
struct Life {
    session: SessionId,
    began: Timestamp,
    ended: Option<Timestamp>,
    finished: bool,
    words: Option<String>,
    /// Since when it is what it reports.
    turned: Option<Timestamp>,
    state: Option<SessionState>,
    silent_since: Option<Timestamp>,
}

impl Life {
    /// `None` for one of which no time is known.
    fn of(record: &SessionRecord, row: &ProgramRow) -> Option<Self> {
        let trace = record.trace.as_ref();
        let seen = trace.map(|trace| trace.first_seen);
        let ended = record.ended_at();
        let began = record.created_at.or(seen).or(ended)?;
        let speaks = row.session.as_ref() == Some(&record.session.id);
        let silent_since = match &row.finding {
            Some(super::Finding::Silent { since, .. }) if speaks => Some(*since),
            _ => None,
        };
        Some(Self {
            session: record.session.id.clone(),
            began: ended.map_or(began, |ended| began.min(ended)),
            ended,
            finished: record.state() == Some(SessionState::Complete),
            words: record.session.status.clone().or_else(|| record.first_name.clone()),
            turned: trace.map(|trace| trace.state_since).filter(|since| *since > began),
            state: trace.and_then(|trace| trace.state.clone()).or_else(|| record.state()),
            silent_since,
        })
    }

    fn pieces(&self, span: Cut) -> Vec<Piece> {
        let end = self.ended.unwrap_or(span.until).max(self.began);
        let heard_until = self.silent_since.map_or(end, |since| since.clamp(self.began, end));
        let turned = self.turned.map_or(self.began, |at| at.clamp(self.began, heard_until));
        let reported = match &self.state {
            // Of one that ended, only its end says so; before it, it was at work.
            Some(SessionState::Complete) | None => Stretch::Live,
            Some(state) => Stretch::Reported { state: state.clone() },
        };
        let stretches = [
            (self.began, turned, Stretch::Live),
            (turned, heard_until, reported),
            (heard_until, end, Stretch::Silent),
        ];
        let piece = |(from, until, what)| {
            let cut = span.cut(from, until)?;
            Some(Piece {
                session: self.session.clone(),
                from: cut.from,
                until: cut.until,
                what,
            })
        };
        stretches.into_iter().filter_map(piece).collect()
    }
}

/// A span, and what of others lies in it.
#[derive(Clone, Copy)]
struct Cut {
    from: Timestamp,
    until: Timestamp,
}

impl Cut {
    fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    fn cut(self, from: Timestamp, until: Timestamp) -> Option<Gap> {
        let (from, until) = (from.max(self.from), until.min(self.until));
        (from < until).then_some(Gap { from, until })
    }
}

/// In the order of their beginnings; those of one session that touch and are alike are one.
fn joined(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by(|a, b| (a.from, &a.session).cmp(&(b.from, &b.session)));
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        let touches =
            |held: &&mut Piece| held.session == piece.session && held.what == piece.what && held.until == piece.from;
        match joined.iter_mut().rev().find(touches) {
            Some(held) => held.until = piece.until,
            None => joined.push(piece),
        }
    }
    joined
}

fn in_time(lines: &mut [AwayLine]) {
    lines.sort_by(|a, b| {
        let key = |line: &AwayLine| line.at;
        key(a)
            .cmp(&key(b))
            .then_with(|| a.account.cmp(&b.account))
            .then_with(|| a.program.cmp(&b.program))
    });
}
