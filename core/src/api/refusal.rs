//! From a tool's sentence to a reason. The API has no codes for these, so the sentence is read here and goes no further.

use std::fmt;

use crate::domain::{Capability, RawKey, RejectedReason};

/// Why a tool refused inside an HTTP 200 or 201.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such record, of this tenant.
    NotFound,
    /// The key lacks this capability; for a new key, it may not hand it on.
    Missing(Capability),
    /// Anything else.
    Reason(RejectedReason),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("there is no such record"),
            Refusal::Missing(capability) => write!(f, "{capability} is missing"),
            Refusal::Reason(reason) => reason.fmt(f),
        }
    }
}

impl Refusal {
    /// Reads a sentence. One that no rule knows becomes `Other` with a reference that is the same for the same sentence.
    pub fn read(sentence: &str) -> Self {
        let lower = sentence.to_lowercase();
        let begins = |start: &str| lower.starts_with(start);
        let says = |part: &str| lower.contains(part);
        let reason = if begins("insufficient capability") {
            return Self::Missing(required_capability(sentence).unwrap_or_else(|| Capability::new("")));
        } else if says("keys.provision") {
            return Self::Missing(Capability::new("keys.provision"));
        } else if says("you do not hold") {
            let listed = sentence.rsplit_once(": ").map_or("", |(_, list)| list);
            let first = listed
                .split(',')
                .next()
                .unwrap_or_default()
                .trim()
                .trim_end_matches('.');
            return Self::Missing(Capability::new(first));
        } else if begins("unknown") && (says("target") || says("program") || says("group") || says("role")) {
            RejectedReason::UnknownTarget
        } else if begins("access denied")
            || begins("cannot update another program")
            || begins("source mismatch")
            || begins("unauthorized: only")
            || begins("forbidden")
            || says("not your")
        {
            RejectedReason::NotYours
        } else if says("not claimable") || says("already claimed") || says("already taken") || says("contention") {
            RejectedReason::AlreadyTaken
        } else if says("transition") || begins("cannot complete") || says("already completed") || says("(status:") {
            RejectedReason::ChangedSince
        } else if says("cursor") {
            RejectedReason::Invalid {
                field: "cursor".to_owned(),
            }
        } else if says("limit reached") || says("plan limit") {
            RejectedReason::PlanLimit
        } else if says("paused") {
            RejectedReason::Paused
        } else if says("not found") || says("does not exist") {
            return Self::NotFound;
        } else if let Some(limit) = longest(&lower) {
            RejectedReason::TooLong {
                field: first_word(sentence),
                limit,
            }
        } else if says("required") || says("must be") || begins("invalid") {
            RejectedReason::Invalid {
                field: named_field(sentence),
            }
        } else {
            RejectedReason::Other {
                reference: reference(sentence),
            }
        };
        Self::Reason(reason)
    }
}

/// The word in `… requires "state.read" but …`.
pub(super) fn required_capability(sentence: &str) -> Option<Capability> {
    let (_, rest) = sentence.split_once("requires \"")?;
    let (word, _) = rest.split_once('"')?;
    Some(Capability::new(word))
}

/// The number in `… <=200 …`, `… at most 200 …` or `exceeds … 200`, where the fault is length.
pub(super) fn longest(sentence: &str) -> Option<u32> {
    let sentence = sentence.to_lowercase();
    let rest = ["<=", "at most ", "maximum size of ", "maximum length of ", "exceeds "]
        .iter()
        .find_map(|mark| sentence.split_once(mark).map(|(_, rest)| rest))?;
    let digits: String = rest
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    let number: u32 = digits.parse().ok()?;
    let after = rest.split_once(&digits).map_or("", |(_, after)| after);
    Some(if after.trim_start().starts_with("kb") {
        number.saturating_mul(1_024)
    } else {
        number
    })
}

fn first_word(sentence: &str) -> String {
    sentence
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The field a sentence begins with, or the first one it lists ("At least one of threadId, …").
fn named_field(sentence: &str) -> String {
    let listed = sentence
        .strip_prefix("At least one of ")
        .or_else(|| sentence.strip_prefix("Invalid "));
    first_word(listed.unwrap_or(sentence))
}

/// Names a sentence without telling it: quoted parts, which may be a person's, are left out before hashing.
fn reference(sentence: &str) -> String {
    let skeleton: String = sentence.split('"').step_by(2).collect();
    let hash = RawKey::new(skeleton).hash().into_string();
    hash.chars().take(8).collect()
}
