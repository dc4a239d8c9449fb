//! Which key of an account's ring may ask for what, as each of them was told: a refusal is believed for a while, so that a
//! ring costs a look no more requests than one key does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ability, Source};
use crate::domain::{Capability, KeyHash, Span, Timestamp};

/// A refusal is believed for so long; then the key is asked with once more.
const BELIEVED_FOR: Span = Span::from_mins(60);

/// One key of an account's ring, never the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingKey {
    /// Its fingerprint.
    pub hash: KeyHash,
    /// What the person calls it; the account's own has the account's label.
    pub label: String,
    /// It is the account's own: what is written is written with it.
    pub own: bool,
    /// It asks: the account's own, and one that a person added, where the account's own may not read. One that was created
    /// here is its agent's, and one that was rotated away or revoked is nobody's: these only open what was sealed for them.
    pub asks: bool,
    /// When it came, by this device's clock; `None` of the account's own.
    pub added_at: Option<Timestamp>,
    /// What it may read, as far as it was told.
    pub abilities: Vec<Ability>,
}

/// What one key was told of its rights. Times are of this device's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Learnt(BTreeMap<Source, Told>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    allowed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    missing: Option<Capability>,
    at: Timestamp,
}

impl Learnt {
    /// Those sources are read with whatever key of the ring may: the server gives the same whoever asks. A list that depends
    /// on who asks would be another list, in which what is absent is not gone.
    pub const SHARED: [Source; 8] = [
        Source::Sessions,
        Source::FleetHealth,
        Source::SessionHistory,
        Source::ProgramState,
        Source::Keys,
        Source::Groups,
        Source::Cost,
        Source::Sprints,
    ];

    /// What was known of a key before others joined it; `offset` is the server's clock minus this device's.
    pub fn of(abilities: &[Ability], offset: Span) -> Self {
        let shared = abilities
            .iter()
            .filter(|ability| Self::SHARED.contains(&ability.source));
        let told = |ability: &Ability| {
            let told = Told {
                allowed: ability.allowed,
                missing: ability.missing.clone(),
                at: ability.learnt_at.minus(offset),
            };
            (ability.source, told)
        };
        Self(shared.map(told).collect())
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A reply came for this key. Says whether that is news.
    pub fn allowed(&mut self, source: Source, now: Timestamp) -> bool {
        let told = Told {
            allowed: true,
            missing: None,
            at: now,
        };
        self.0.insert(source, told).is_none_or(|before| !before.allowed)
    }

    /// It was refused. Says whether that is news.
    pub fn refused(&mut self, source: Source, missing: Option<Capability>, now: Timestamp) -> bool {
        let held = self
            .0
            .get(&source)
            .filter(|held| !held.allowed && held.missing == missing);
        if held.is_some_and(|held| is_believed(held.at, now)) {
            return false;
        }
        let is_news = held.is_none();
        let told = Told {
            allowed: false,
            missing,
            at: now,
        };
        self.0.insert(source, told);
        is_news
    }

    /// Whether asking with it makes sense.
    pub fn may_ask(&self, source: Source, now: Timestamp) -> bool {
        !self
            .0
            .get(&source)
            .is_some_and(|told| !told.allowed && is_believed(told.at, now))
    }

    /// What is known of one source, in server time.
    pub fn ability(&self, source: Source, offset: Span) -> Option<Ability> {
        let told = self.0.get(&source)?;
        Some(Ability {
            source,
            allowed: told.allowed,
            missing: told.missing.clone(),
            learnt_at: told.at.plus(offset),
        })
    }

    /// All that is known, in server time.
    pub fn abilities(&self, offset: Span) -> Vec<Ability> {
        let told = self.0.keys().filter_map(|source| self.ability(*source, offset));
        told.collect()
    }
}

/// Whether a refusal of then still counts. A clock that was set back makes none last longer.
pub(crate) fn is_believed(refused_at: Timestamp, now: Timestamp) -> bool {
    now >= refused_at && now.since(refused_at) < BELIEVED_FOR
}

#[cfg(test)]
mod tests {
    use super::Learnt;
    use crate::domain::{Capability, Span, Timestamp};
    use crate::insight::{Ability, Source};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    #[test]
    fn a_refusal_is_believed_for_an_hour_and_no_longer_when_the_clock_is_set_back() {
        let mut learnt = Learnt::default();
        assert!(learnt.may_ask(Source::Sessions, at(0)), "nobody said no");
        assert!(learnt.refused(Source::Sessions, None, at(100)));
        assert!(!learnt.may_ask(Source::Sessions, at(100)));
        assert!(!learnt.may_ask(Source::Sessions, at(159)));
        assert!(learnt.may_ask(Source::Sessions, at(160)));
        assert!(learnt.may_ask(Source::Sessions, at(99)));
        assert!(learnt.may_ask(Source::FleetHealth, at(100)), "said of another source");
    }

    #[test]
    fn only_what_was_not_known_is_news() {
        let lacks = || Some(Capability::new("keys.read"));
        let mut learnt = Learnt::default();
        assert!(learnt.refused(Source::Keys, lacks(), at(0)));
        assert!(!learnt.refused(Source::Keys, lacks(), at(5)));
        assert!(!learnt.refused(Source::Keys, lacks(), at(90)), "said once more");
        assert!(!learnt.may_ask(Source::Keys, at(100)), "and believed anew");
        assert!(learnt.allowed(Source::Keys, at(200)));
        assert!(!learnt.allowed(Source::Keys, at(201)));
        assert!(learnt.refused(Source::Keys, None, at(202)), "it was taken away");
    }

    #[test]
    fn what_is_kept_is_what_was_learnt() {
        let offset = Span::from_mins(7);
        let known = Ability {
            source: Source::Keys,
            allowed: false,
            missing: Some(Capability::new("keys.read")),
            learnt_at: at(30),
        };
        let of_who_asks = Ability {
            source: Source::Tasks,
            ..known.clone()
        };
        let learnt = Learnt::of(&[known.clone(), of_who_asks], offset);
        let kept = serde_json::to_string(&learnt).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Learnt>(&kept).ok(), Some(learnt.clone()));
        assert_eq!(learnt.abilities(offset), [known]);
        assert!(!learnt.may_ask(Source::Keys, at(24)));
    }
}
