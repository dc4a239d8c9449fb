//! Times and numbers as the contract writes them.

use cachebash_core::domain::Timestamp;
use serde_json::Value;

/// A moment as the contract writes it: UTC with three decimals, `2026-11-22T16:34:40.625Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(moment) => moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        // Beyond the calendar's ends (some 7,000 years away) there is nothing better to say than the nearest end.
        Err(_) if at.as_millis() < 0 => "-009999-01-02T01:59:59.000Z".to_owned(),
        Err(_) => "9999-12-30T22:00:00.000Z".to_owned(),
    }
}

/// A moment or null.
pub(crate) fn iso_or_null(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| iso(at).into())
}

/// A number without a needless `.0`: 42, 99.5.
pub(crate) fn number(value: f64) -> Value {
    // Whole numbers up to 2^53 are exact in both forms.
    if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

/// A number or null.
pub(crate) fn number_or_null(value: Option<f64>) -> Value {
    value.map_or(Value::Null, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_decimals_and_a_z() {
        assert_eq!(
            iso(Timestamp::from_millis(1_795_365_280_000)),
            "2026-11-22T16:34:40.000Z"
        );
        assert_eq!(
            iso(Timestamp::from_millis(1_795_365_280_625)),
            "2026-11-22T16:34:40.625Z"
        );
    }

    #[test]
    fn whole_numbers_have_no_decimals() {
        assert_eq!(number(42.0).to_string(), "42");
        assert_eq!(number(99.5).to_string(), "99.5");
    }
}
