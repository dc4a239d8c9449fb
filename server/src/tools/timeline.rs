//! A session over time: what its agent reported, and how full its context was (docs/contract-extensions.md).

use cachebash_core::domain::SessionId;
use serde_json::{Value, json};

use super::{Entry, Outcome, Tool, look};
use crate::caller::Caller;
use crate::feed::point;
use crate::records::{Session, TOLD_CONTEXT, Update};
use crate::refusal::Refusal;
use crate::rules::page::{Page, cursor};
use crate::rules::period::Period;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Record, View};
use crate::wire_values::{iso, number_or_null};

const SESSION_ID: usize = 100;
/// How many points of context use are told, the newest.
const MOST_POINTS: u32 = 1_000;

const TIMELINE: Tool = Tool::new(
    "pulse",
    "get_session_timeline",
    "pulse.read",
    "See what a session reported, the newest first",
);
const CONTEXT_USE: Tool = Tool::new(
    "pulse",
    "get_context_utilization",
    "pulse.read",
    "See how full the context of a session, or of all, was over time",
);

pub(super) fn tools() -> [Entry; 2] {
    [look(TIMELINE, timeline), look(CONTEXT_USE, context_use)]
}

fn timeline(view: &mut View<'_>, _: &Caller, asked: Asked) -> Outcome {
    if !view.has::<Session>(asked.session.as_str())? {
        return Err(Refusal::NoRecord("Session"));
    }
    let mut updates: Vec<Update> = view.list(&Listing {
        owner: Some(asked.session.as_str()),
        after: asked.page.after(),
        limit: asked.page.limit + 1,
        ..Listing::default()
    })?;
    let has_more = updates.len() > asked.page.limit as usize;
    updates.truncate(asked.page.limit as usize);
    let last = updates.last().filter(|_| has_more);
    let cursor = last.map(|update| cursor(update.rank(), &update.id));
    let updates: Vec<Value> = updates.iter().map(point).collect();
    Ok(json!({
        "success": true,
        "sessionId": asked.session,
        "count": updates.len(),
        "updates": updates,
        "hasMore": has_more,
        "cursor": cursor,
    }))
}

fn context_use(view: &mut View<'_>, _: &Caller, asked: Span) -> Outcome {
    let began = asked.period.began(view.now);
    let mut updates: Vec<Update> = view.list(&Listing {
        owner: asked.session.as_ref().map(SessionId::as_str),
        tags: &[TOLD_CONTEXT],
        limit: MOST_POINTS + 1,
        ..Listing::default()
    })?;
    updates.retain(|update| update.at >= began);
    let more = updates.len() > MOST_POINTS as usize;
    updates.truncate(MOST_POINTS as usize);
    updates.reverse();
    let history: Vec<Value> = updates
        .iter()
        .map(|update| {
            json!({
                "timestamp": iso(update.at),
                "sessionId": update.session,
                "contextBytes": number_or_null(update.context_left),
                "contextUsedPct": number_or_null(update.context_used),
            })
        })
        .collect();
    Ok(json!({
        "success": true,
        "sessionId": asked.session,
        "period": asked.period.as_str(),
        "count": history.len(),
        "contextHistory": history,
        "hasMore": more,
    }))
}

struct Asked {
    session: SessionId,
    page: Page,
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        Asked {
            session: SessionId::new(fields.required_id("sessionId", SESSION_ID)),
            page: Page::read(fields),
        }
    }
}

struct Span {
    session: Option<SessionId>,
    period: Period,
}

impl FromFields for Span {
    fn read(fields: &mut Fields<'_>) -> Self {
        Span {
            session: fields.id("sessionId", SESSION_ID).map(SessionId::new),
            period: fields.word("period", &Period::WORDS).unwrap_or(Period::Today),
        }
    }
}
