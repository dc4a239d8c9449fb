//! How far a client has come, as a text that only this server reads.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cachebash_core::domain::Capability;
use sha2::{Digest, Sha256};

use crate::caller::Caller;
use crate::store::Feed;

/// The form of the text; another one is another version's.
const FORM: &str = "1";

/// The longest text that can be a cursor.
pub(crate) const LONGEST: usize = 200;

/// A place in a feed, of somebody with certain rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Which history of changes.
    feed: String,
    /// The last change that was read.
    pub(crate) seq: i64,
    /// Where the feed stood when a full reading began that is not over yet: what was gone by then need not be told, so
    /// that forgetting it does not end the reading. 0 once it is over.
    began: i64,
    /// Tells apart what its reader may read from what another may: the other's cursor passed over things.
    sight: String,
}

/// The text is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoCursor;

impl Cursor {
    /// From here everything is read.
    pub(super) fn at_the_beginning(feed: &Feed, caller: &Caller) -> Self {
        Self {
            feed: feed.name.clone(),
            seq: 0,
            began: feed.seq,
            sight: sight(caller),
        }
    }

    /// From here only what is to come is read.
    pub(super) fn at_the_end(feed: &Feed, caller: &Caller) -> Self {
        Self {
            seq: feed.seq,
            began: 0,
            ..Self::at_the_beginning(feed, caller)
        }
    }

    /// Whether what changed since is known to the feed, and was hidden from nobody who uses the cursor now.
    pub(super) fn is_good(&self, feed: &Feed, caller: &Caller) -> bool {
        self.feed == feed.name
            && self.sight == sight(caller)
            && self.seq <= feed.seq
            && self.seq.max(self.began) >= feed.horizon
    }

    /// Whether the full reading began after a change was made.
    pub(super) fn began_after(&self, seq: i64) -> bool {
        seq <= self.began
    }
}

/// A print of program and capabilities, on which alone depends what a key may read.
fn sight(caller: &Caller) -> String {
    let mut held: Vec<&str> = caller.capabilities.iter().map(Capability::as_str).collect();
    held.sort_unstable();
    held.dedup();
    let mut digest = Sha256::new();
    digest.update(caller.program.as_str());
    for word in held {
        digest.update("\n");
        digest.update(word);
    }
    digest
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let began = if self.seq >= self.began { 0 } else { self.began };
        let text = format!("{FORM}.{}.{began}.{}.{}", self.seq, self.sight, self.feed);
        f.write_str(&URL_SAFE_NO_PAD.encode(text))
    }
}

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NoCursor)?;
        let text = String::from_utf8(bytes).map_err(|_| NoCursor)?;
        // The feed's name comes last, since it alone may hold any character.
        let parts: Vec<&str> = text.splitn(5, '.').collect();
        let [FORM, seq, began, sight, feed] = parts[..] else {
            return Err(NoCursor);
        };
        let place = |digits: &str| -> Result<i64, NoCursor> {
            let place: i64 = digits.parse().map_err(|_| NoCursor)?;
            if place < 0 { Err(NoCursor) } else { Ok(place) }
        };
        Ok(Self {
            seq: place(seq)?,
            began: place(began)?,
            sight: sight.to_owned(),
            feed: feed.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use cachebash_core::domain::{KeyHash, ProgramId};

    use super::*;
    use crate::store::Tenant;

    fn caller(program: &str, held: &[&str]) -> Caller {
        Caller {
            tenant: Tenant::from("home"),
            program: ProgramId::from(program),
            key: KeyHash::new("k"),
            capabilities: held.iter().map(|word| Capability::new(*word)).collect(),
        }
    }

    fn feed(seq: i64, horizon: i64) -> Feed {
        Feed {
            name: "a.b".to_owned(),
            seq,
            horizon,
        }
    }

    #[test]
    fn a_cursor_is_a_text_and_back() {
        let phone = caller("mobile", &["pulse.read"]);
        let end = Cursor::at_the_end(&feed(12, 0), &phone);
        assert_eq!(end.to_string().parse(), Ok(end.clone()));
        let text = end.to_string();
        assert!(text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }

    #[test]
    fn what_is_no_cursor_is_told_so() {
        for text in ["", "x", "MQ", "!!!", "MS4xMg", "\u{1F980}"] {
            assert_eq!(text.parse::<Cursor>(), Err(NoCursor), "{text}");
        }
        let negative = URL_SAFE_NO_PAD.encode("1.-1.0.00.f");
        assert_eq!(negative.parse::<Cursor>(), Err(NoCursor));
        let other_form = URL_SAFE_NO_PAD.encode("2.1.0.00.f");
        assert_eq!(other_form.parse::<Cursor>(), Err(NoCursor));
    }

    #[test]
    fn a_cursor_is_good_for_its_own_feed_its_own_rights_and_as_long_as_nothing_after_it_is_forgotten() {
        let phone = caller("mobile", &["pulse.read", "state.read"]);
        let at_ten = Cursor::at_the_end(&feed(10, 0), &phone);
        assert!(at_ten.is_good(&feed(12, 10), &phone));
        assert!(!at_ten.is_good(&feed(12, 11), &phone));
        // Written before a backup was restored.
        assert!(!at_ten.is_good(&feed(9, 0), &phone));
        let other = Feed {
            name: "c".to_owned(),
            ..feed(12, 0)
        };
        assert!(!at_ten.is_good(&other, &phone));
        assert!(at_ten.is_good(&feed(12, 0), &caller("mobile", &["state.read", "pulse.read"])));
        assert!(!at_ten.is_good(&feed(12, 0), &caller("mobile", &["*"])));
        assert!(!at_ten.is_good(&feed(12, 0), &caller("builder", &["pulse.read", "state.read"])));
    }

    #[test]
    fn a_full_reading_goes_on_though_what_was_gone_before_it_is_forgotten() {
        let phone = caller("mobile", &["*"]);
        let mut reading = Cursor::at_the_beginning(&feed(100, 50), &phone);
        reading.seq = 5;
        let reading: Cursor = reading.to_string().parse().unwrap();
        assert!(reading.is_good(&feed(120, 100), &phone));
        // Something that it may have read is gone, and that is forgotten.
        assert!(!reading.is_good(&feed(120, 101), &phone));
    }
}
