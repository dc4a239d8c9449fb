//! How far along, where "nothing reported" is not zero and 99.9 is not done.

use serde::{Deserialize, Serialize};

/// A whole percent for showing: rounded down, 100 only when it is 100, at least 1 when above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(u8);

impl Percent {
    /// From what an agent reported, 0 to 100 with fractions; beyond the ends counts as the end, not a number as 0.
    pub fn of(reported: f64) -> Self {
        if reported >= 100.0 {
            Self(100)
        } else if reported > 0.0 {
            Self((reported as u8).max(1))
        } else {
            Self(0)
        }
    }

    /// 0 to 100.
    pub const fn value(self) -> u8 {
        self.0
    }
}

/// What an agent said of its progress in one session.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Progress {
    /// The field was absent or null: nothing is known, which is not 0 %.
    NotReported,
    /// 0 to 100, fractions allowed (contract section 5).
    Reported(f64),
}

impl Progress {
    /// The number, if there is one.
    pub const fn reported(self) -> Option<f64> {
        match self {
            Progress::NotReported => None,
            Progress::Reported(value) => Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Percent, Progress};

    #[test]
    fn b20_nothing_reported_is_not_zero() {
        assert_eq!(Progress::NotReported.reported(), None);
        assert_eq!(Progress::Reported(0.0).reported(), Some(0.0));
        assert_ne!(Progress::NotReported, Progress::Reported(0.0));
    }

    #[test]
    fn a_percent_is_rounded_down_and_a_hundred_only_when_it_is() {
        let shown = |reported: f64| Percent::of(reported).value();
        let cases = [
            (0.0, 0),
            (-3.0, 0),
            (0.001, 1),
            (1.99, 1),
            (45.9, 45),
            (99.99, 99),
            (100.0, 100),
            (250.0, 100),
        ];
        for (reported, percent) in cases {
            assert_eq!(shown(reported), percent, "{reported}");
        }
        assert_eq!(
            (shown(f64::NAN), shown(f64::INFINITY), shown(f64::NEG_INFINITY)),
            (0, 100, 0)
        );
    }

    proptest! {
        #[test]
        fn a_percent_never_claims_more_than_was_reported(reported in 0.0..=100.0f64) {
            let percent = Percent::of(reported).value();
            prop_assert_eq!(percent == 0, reported == 0.0);
            prop_assert_eq!(percent == 100, reported == 100.0);
            prop_assert!(f64::from(percent) <= reported.max(1.0) && reported - f64::from(percent) < 1.0);
        }

        #[test]
        fn more_reported_is_never_less_shown(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(a <= b);
            prop_assert!(Percent::of(a) <= Percent::of(b));
        }
    }
}
