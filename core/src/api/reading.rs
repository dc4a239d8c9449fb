//! From a raw reply to data or a typed error: outer success, inner success, and every row of the error table.

use std::borrow::Cow;

use serde_json::Value;

use super::calls::Wrapping;
use super::error::{Error, Issue, Limit};
use super::refusal::{Refusal, longest, required_capability};
use super::rpc;
use super::transport::RawReply;
use crate::domain::{LONGEST_WAIT, RejectedReason, Span, Timestamp, without_keys};
use crate::wire::{self, Envelope, Field, Inner, Salvage, Warning, parse_time};

/// What a reply held.
pub(super) struct Read<T> {
    pub(super) data: T,
    pub(super) server_time: Option<Timestamp>,
    pub(super) skipped: u32,
    pub(super) warnings: Vec<Warning>,
}

/// The wait when a server asks for one and does not say how long (contract section 9: free tier always 30).
pub(super) const UNTOLD_WAIT: Span = Span::from_secs(30);

/// Reads a reply. An empty 2xx is success for a write (B1); a read without an answer is none.
pub(super) fn read<T: Salvage + Default>(
    reply: &RawReply,
    wrapping: Wrapping,
    is_write: bool,
    now: Timestamp,
) -> Result<Read<T>, Error> {
    let text = wire::mend_halves(std::str::from_utf8(&reply.body).unwrap_or("").trim());
    // A key belongs in the answer to who asked for one, and in nothing else that is read.
    let clean = if is_write {
        Cow::Borrowed(text.as_ref())
    } else {
        without_keys(&text)
    };
    let text = clean.as_ref();
    if !(200..300).contains(&reply.status) {
        return Err(failure(reply, text, now));
    }
    if text.is_empty() || text == "null" {
        let is_nothing = wrapping == Wrapping::BothOrNothing && reply.status == 204;
        if !reply.body.is_empty() && text.is_empty() || !(is_write || is_nothing) {
            return Err(Error::NotThisApi);
        }
        return Ok(Read {
            data: T::default(),
            server_time: None,
            skipped: 0,
            warnings: Vec::new(),
        });
    }
    if let Wrapping::Rpc(id) | Wrapping::Tool(id) = wrapping {
        return rpc::read(text, id, wrapping == Wrapping::Tool(id), now);
    }
    if wrapping == Wrapping::None {
        let (data, skipped) = plain(text)?;
        return Ok(Read {
            data,
            server_time: None,
            skipped,
            warnings: Vec::new(),
        });
    }
    let verdict = verdict(text)?;
    match verdict.outer {
        Some(true) => {}
        Some(false) => return Err(failure(reply, text, now)),
        None => return Err(Error::NotThisApi),
    }
    match (&verdict.inner.success, wrapping) {
        (Field::Value(true), _) | (Field::Absent, Wrapping::Outer) => {}
        (Field::Value(false), _) => return Err(refused(&verdict.inner)),
        (Field::Absent | Field::Null, _) => return Err(Error::Unreadable),
    }
    let (data, skipped) = data(text)?;
    Ok(Read {
        data,
        server_time: verdict.server_time,
        skipped,
        warnings: verdict.inner.warnings(),
    })
}

impl RawReply {
    /// What it says went wrong, without a look at the rest of it; `None` where nothing did, or it has not the form of this
    /// API's.
    pub fn failure(&self, now: Timestamp) -> Option<Error> {
        let text = wire::mend_halves(std::str::from_utf8(&self.body).unwrap_or("").trim());
        if !(200..300).contains(&self.status) {
            return Some(failure(self, &text, now));
        }
        let verdict = verdict(&text).ok()?;
        match (verdict.outer, &verdict.inner.success) {
            (Some(false), _) => Some(failure(self, &text, now)),
            (_, Field::Value(false)) => Some(refused(&verdict.inner)),
            _ => None,
        }
    }
}

/// What both successes say; reads past everything else.
struct Verdict {
    outer: Option<bool>,
    inner: Inner,
    server_time: Option<Timestamp>,
}

fn verdict(text: &str) -> Result<Verdict, Error> {
    if let Ok(Envelope {
        success, data, meta, ..
    }) = serde_json::from_str::<Envelope<Inner>>(text)
    {
        let server_time = meta.and_then(|meta| meta.timestamp).and_then(|time| parse_time(&time));
        return Ok(Verdict {
            outer: success,
            inner: data.unwrap_or_default(),
            server_time,
        });
    }
    // Something in it has another form than usual; the two successes may still be there.
    let value: Value = serde_json::from_str(text).map_err(|_| Error::NotThisApi)?;
    let data = value.get("data").cloned().unwrap_or_default();
    let inner = serde_json::from_value(data).unwrap_or_default();
    let time = value
        .pointer("/meta/timestamp")
        .and_then(Value::as_str)
        .and_then(parse_time);
    Ok(Verdict {
        outer: value.get("success").and_then(Value::as_bool),
        inner,
        server_time: time,
    })
}

fn data<T: Salvage>(text: &str) -> Result<(T, u32), Error> {
    if let Ok(Envelope { data: Some(data), .. }) = serde_json::from_str::<Envelope<T>>(text) {
        return Ok((data, 0));
    }
    let mut value: Value = serde_json::from_str(text).map_err(|_| Error::NotThisApi)?;
    salvaged(value.get_mut("data").map(Value::take).ok_or(Error::Unreadable)?)
}

fn plain<T: Salvage>(text: &str) -> Result<(T, u32), Error> {
    let value: Value = serde_json::from_str(text).map_err(|_| Error::NotThisApi)?;
    salvaged(value)
}

pub(super) fn salvaged<T: Salvage>(mut data: Value) -> Result<(T, u32), Error> {
    if !data.is_object() {
        return Err(Error::Unreadable);
    }
    let skipped = T::leave_out_the_odd(&mut data);
    T::deserialize(data)
        .map(|data| (data, skipped))
        .map_err(|_| Error::Unreadable)
}

pub(super) fn refused(inner: &Inner) -> Error {
    let sentence = inner
        .error
        .get()
        .and_then(|error| error.as_str().or_else(|| error.get("message")?.as_str()));
    Error::Refused(Refusal::read(sentence.unwrap_or_default()))
}

/// What an error body says, in any of the shapes that were seen (contract section 2).
#[derive(Default)]
struct Said {
    code: String,
    sentence: String,
    issues: Vec<Issue>,
    wait: Option<Span>,
}

fn said(text: &str) -> Said {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let error = body.get("error");
    let word = |holder: Option<&Value>, field: &str| holder?.get(field)?.as_str().map(str::to_owned);
    let code = word(error, "code")
        .or_else(|| error?.as_str().map(str::to_owned))
        .unwrap_or_default();
    let sentence = word(error, "message")
        .or_else(|| word(Some(&body), "message"))
        .unwrap_or_default();
    let listed = error.and_then(|e| e.get("issues")).and_then(Value::as_array);
    let issues = listed
        .map(|issues| issues.iter().map(issue).collect())
        .unwrap_or_default();
    let seconds = error
        .and_then(|e| e.get("retryAfter"))
        .or_else(|| body.get("retryAfter"))
        .and_then(Value::as_f64);
    // The cast saturates; what is too long is cut later.
    let wait = seconds
        .filter(|s| *s >= 0.0)
        .map(|s| Span::from_millis((s * 1_000.0).ceil() as i64));
    Said {
        code,
        sentence,
        issues,
        wait,
    }
}

fn issue(value: &Value) -> Issue {
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let is_long = text("code") == "too_big" && !text("message").contains("number");
    Issue {
        field: text("path").to_owned(),
        code: text("code").to_owned(),
        longest: is_long.then(|| longest(text("message"))).flatten(),
    }
}

fn failure(reply: &RawReply, text: &str, now: Timestamp) -> Error {
    if (300..400).contains(&reply.status) {
        return Error::Redirected;
    }
    let said = said(text);
    let told = header_wait(reply.retry_after.as_deref(), now).max(said.wait);
    let retry_at = now.plus(told.unwrap_or(UNTOLD_WAIT).min(LONGEST_WAIT));
    match said.code.as_str() {
        "UNAUTHORIZED" => Error::Unauthorized,
        "PRICING_LIMIT_REACHED" => Error::PlanLimit,
        "FORBIDDEN" => forbidden(&said.sentence),
        "COMPLIANCE_BLOCKED" => Error::ComplianceBlocked,
        "NOT_FOUND" => Error::NoSuchRoute,
        "SESSION_TERMINATED" => Error::SessionTerminated,
        "QUESTION_CLOSED" => Error::Refused(Refusal::Reason(RejectedReason::AlreadyTaken)),
        "RATE_LIMITED" => Error::RateLimited {
            retry_at,
            limit: Limit::Requests,
        },
        "CEILING_KEY_EXCEEDED" => Error::RateLimited {
            retry_at,
            limit: Limit::KeyWrites,
        },
        "CEILING_ORG_EXCEEDED" => Error::RateLimited {
            retry_at,
            limit: Limit::TenantWrites,
        },
        "CEILING_ORG_PAUSED" | "CEILING_CONFIG_UNAVAILABLE" => Error::Paused { retry_at },
        "VALIDATION_ERROR" => Error::Invalid { issues: said.issues },
        "INTERNAL_ERROR" => internal(&said.sentence),
        _ => by_status(reply.status, &said, retry_at),
    }
}

fn by_status(status: u16, said: &Said, retry_at: Timestamp) -> Error {
    match status {
        200..300 => Error::Refused(Refusal::read(if said.sentence.is_empty() {
            &said.code
        } else {
            &said.sentence
        })),
        400 | 413 | 414 | 422 => Error::Invalid { issues: Vec::new() },
        401 => Error::Unauthorized,
        402 => Error::PlanLimit,
        403 => Error::Forbidden,
        404 | 405 => Error::NoSuchRoute,
        410 => Error::SessionTerminated,
        429 => Error::RateLimited {
            retry_at,
            limit: Limit::Requests,
        },
        408 | 500.. => Error::Unavailable,
        _ => Error::Unexpected { status },
    }
}

/// A 500 is not "server trouble" (contract section 2): its sentence tells a missing right from a fault.
pub(super) fn internal(sentence: &str) -> Error {
    if sentence.starts_with("Insufficient capability") {
        return forbidden(sentence);
    }
    if sentence.starts_with("Source mismatch") {
        return Error::Refused(Refusal::Reason(RejectedReason::NotYours));
    }
    Error::ServerFault
}

/// A refusal that may name the missing right: the hosted server does in a 500, a server that knows its statuses in a 403.
fn forbidden(sentence: &str) -> Error {
    required_capability(sentence).map_or(Error::Forbidden, Error::MissingCapability)
}

/// `Retry-After` in seconds or as a date.
fn header_wait(header: Option<&str>, now: Timestamp) -> Option<Span> {
    let text = header?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Span::from_secs(i64::from(seconds)));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    let wait = Timestamp::from_millis(date.timestamp().as_millisecond()).since(now);
    Some(wait.max(Span::default()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_365_274_802);

    fn reply(status: u16, retry_after: Option<&str>, body: &str) -> RawReply {
        RawReply {
            status,
            retry_after: retry_after.map(str::to_owned),
            mcp_session: None,
            body: body.as_bytes().to_vec(),
        }
    }

    fn error(status: u16, retry_after: Option<&str>, body: &str) -> Error {
        read::<Value>(&reply(status, retry_after, body), Wrapping::Both, false, NOW)
            .err()
            .unwrap()
    }

    #[test]
    fn waits_are_taken_from_header_body_or_date_and_never_believed_for_ever() {
        let wait = |retry_after, body: &str| match error(429, retry_after, body) {
            Error::RateLimited { retry_at, .. } => retry_at.since(NOW).as_millis(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(Some("7"), ""), 7_000);
        assert_eq!(
            wait(None, r#"{"error":{"code":"RATE_LIMITED","retryAfter":12}}"#),
            12_000
        );
        assert_eq!(
            wait(Some("5"), r#"{"error":{"code":"RATE_LIMITED","retryAfter":12}}"#),
            12_000
        );
        assert_eq!(wait(Some("Sun, 22 Nov 2026 16:35:34 GMT"), ""), 59_198);
        assert_eq!(wait(Some("Sun, 22 Nov 2020 16:35:34 GMT"), ""), 0);
        assert_eq!(wait(None, "<html>"), 30_000);
        assert_eq!(wait(Some("4294967295"), ""), 3_600_000);
        assert_eq!(
            wait(None, r#"{"error":{"code":"RATE_LIMITED","retryAfter":1e300}}"#),
            3_600_000
        );
    }

    #[test]
    fn half_a_character_in_one_row_does_not_hide_the_reply() {
        let body = r#"{"success":true,"data":{"success":true,"status":"cut \ud83d"}}"#;
        let read = read::<Value>(&reply(200, None, body), Wrapping::Both, false, NOW);
        assert_eq!(read.map(|read| read.data["status"].clone()), Ok("cut \u{fffd}".into()));
    }

    #[test]
    fn shapes_that_are_not_this_apis_are_errors_by_their_status() {
        assert_eq!(error(200, None, "<html>hello</html>"), Error::NotThisApi);
        assert_eq!(error(200, None, r#"{"result":{},"jsonrpc":"2.0"}"#), Error::NotThisApi);
        assert_eq!(error(200, None, r#"[1,2]"#), Error::NotThisApi);
        assert_eq!(error(200, None, ""), Error::NotThisApi);
        assert_eq!(error(404, None, r#"{"error":"Not found"}"#), Error::NoSuchRoute);
        assert_eq!(
            error(
                403,
                None,
                r#"{"success":false,"error":"PORTAL_OWNER_ONLY","message":"x"}"#
            ),
            Error::Forbidden
        );
        assert_eq!(error(502, None, "<html>bad gateway</html>"), Error::Unavailable);
        assert_eq!(error(302, None, ""), Error::Redirected);
        assert_eq!(error(418, None, ""), Error::Unexpected { status: 418 });
        assert_eq!(error(200, None, r#"{"success":true,"data":[]}"#), Error::Unreadable);
        assert_eq!(
            error(200, None, r#"{"success":true,"data":{"x":1}}"#),
            Error::Unreadable
        );
        let outer_false = r#"{"success":false,"error":{"code":"UNAUTHORIZED","message":"x"}}"#;
        assert_eq!(error(200, None, outer_false), Error::Unauthorized);
    }
}
