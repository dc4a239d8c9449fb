//! What a key may read, as the server's own replies told it. Nothing is asked for this: each reply and each refusal says it
//! of one source, and what was never asked is not known.

use super::{Cause, Source, SourceReading};
use crate::domain::{Capability, Timestamp};

/// What is known of a key's right to one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ability {
    /// The source.
    pub source: Source,
    /// Whether it may be read.
    pub allowed: bool,
    /// The capability whose lack the server named; `None` where it named none: then it is for admins.
    pub missing: Option<Capability>,
    /// Server time of the reply that told it last, or of the first refusal since.
    pub learnt_at: Timestamp,
}

/// What one source's replies told; `None` where they told nothing of rights.
pub fn ability(source: Source, reading: &SourceReading) -> Option<Ability> {
    let refused = reading.trouble.as_ref().and_then(|trouble| match &trouble.cause {
        Cause::Forbidden { capability } => Some((capability.clone(), trouble.since)),
        _ => None,
    });
    match (refused, reading.as_of) {
        (Some((missing, learnt_at)), _) => Some(Ability {
            source,
            allowed: false,
            missing,
            learnt_at,
        }),
        (None, Some(learnt_at)) => Some(Ability {
            source,
            allowed: true,
            missing: None,
            learnt_at,
        }),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ability, ability};
    use crate::domain::{Capability, Timestamp};
    use crate::insight::{Cause, Source, SourceReading, Trouble};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    fn reading(as_of: Option<i64>, trouble: Option<(i64, Cause)>) -> SourceReading {
        SourceReading {
            as_of: as_of.map(at),
            lacking: None,
            trouble: trouble.map(|(since, cause)| Trouble {
                since: at(since),
                cause,
            }),
        }
    }

    #[test]
    fn a_reply_says_yes_a_refusal_no_and_a_broken_line_nothing() {
        let told = |reading| ability(Source::Keys, &reading).map(|told| (told.allowed, told.learnt_at));
        let lacks = Cause::Forbidden {
            capability: Some(Capability::new("keys.read")),
        };
        assert_eq!(told(reading(None, None)), None);
        assert_eq!(told(reading(None, Some((1, Cause::Offline)))), None);
        assert_eq!(told(reading(Some(3), None)), Some((true, at(3))));
        assert_eq!(told(reading(Some(3), Some((5, Cause::Offline)))), Some((true, at(3))));
        assert_eq!(
            ability(Source::Keys, &reading(Some(3), Some((5, lacks)))),
            Some(Ability {
                source: Source::Keys,
                allowed: false,
                missing: Some(Capability::new("keys.read")),
                learnt_at: at(5),
            }),
            "it was taken away"
        );
    }
}
