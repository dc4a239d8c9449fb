//! The API's times are ISO 8601 text; the rest of the house counts milliseconds.

use crate::domain::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// Reads `2026-11-22T16:34:34.802Z`, with any number of fraction digits or none, `Z` or a numeric offset.
/// `None` for anything else: a time that cannot be read is a time that is not known.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (
        digits(date.next()?, 4)?,
        digits(date.next()?, 2)?,
        digits(date.next()?, 2)?,
    );
    let zone_at = clock.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = clock.split_at(zone_at);
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.splitn(3, ':');
    let (hour, minute, second) = (
        digits(parts.next()?, 2)?,
        digits(parts.next()?, 2)?,
        digits(parts.next()?, 2)?,
    );
    let in_range = (1..=12).contains(&month) && day >= 1 && day <= month_length(year, month);
    if !in_range || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = hour * 3_600 + minute * 60 + second;
    let offset_minutes = offset(zone)?;
    let millis = days_from_epoch(year, month, day) * DAY_MS + seconds * 1_000 + thousandths(fraction)?;
    Some(Timestamp::from_millis(millis - offset_minutes * 60_000))
}

/// Writes a time the way the API does: UTC with three fraction digits.
pub fn write_time(time: Timestamp) -> String {
    let millis = time.as_millis();
    let (days, of_day) = (millis.div_euclid(DAY_MS), millis.rem_euclid(DAY_MS));
    let (year, month, day) = date_of(days);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        of_day % 1_000
    )
}

fn digits(text: &str, length: usize) -> Option<i64> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn thousandths(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let three: String = fraction.chars().chain("00".chars()).take(3).collect();
    three.parse().ok()
}

fn offset(zone: &str) -> Option<i64> {
    let sign = match zone {
        "Z" | "z" => return Some(0),
        _ if zone.starts_with('-') => -1,
        _ => 1,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (digits(hours, 2)? * 60 + digits(minutes, 2)?))
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days before the first of January of `year`, counted from 1970.
fn days_before_year(year: i64) -> i64 {
    let leaps = |y: i64| y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400);
    365 * (year - 1970) + leaps(year - 1) - leaps(1969)
}

fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    days_before_year(year) + (1..month).map(|m| month_length(year, m)).sum::<i64>() + day - 1
}

fn date_of(days: i64) -> (i64, i64, i64) {
    // 146,097 days are 400 years, so the guess is at most one year off.
    let mut year = 1970 + days.saturating_mul(400).div_euclid(146_097);
    while days_before_year(year) > days {
        year -= 1;
    }
    while days_before_year(year + 1) <= days {
        year += 1;
    }
    let mut rest = days - days_before_year(year);
    let mut month = 1;
    while rest >= month_length(year, month) {
        rest -= month_length(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_servers_write() {
        let known = |text: &str| parse_time(text).map(Timestamp::as_millis);
        assert_eq!(known("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(known("2026-11-22T16:34:34.802Z"), Some(1_795_365_274_802));
        assert_eq!(known("2026-11-22T16:34:34Z"), Some(1_795_365_274_000));
        assert_eq!(known("2026-11-22T17:34:34.8021234+01:00"), Some(1_795_365_274_802));
        assert_eq!(known("2024-02-29T00:00:00Z"), Some(1_709_164_800_000));
        assert_eq!(known("1969-12-31T23:59:59.999Z"), Some(-1));
    }

    #[test]
    fn what_is_no_time_is_not_known() {
        for text in [
            "",
            "yesterday",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-22T25:00:00Z",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
        for text in [
            "2026-11-22T16:34:34",
            "2026-11-22T16:34:34.Z",
            "+2026-1-22T1:3:3Z",
            "2026-11-22T16:34:34.5+1",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_written_time_reads_back(millis in -62_135_596_800_000_i64..253_402_300_800_000) {
            let time = Timestamp::from_millis(millis);
            prop_assert_eq!(parse_time(&write_time(time)), Some(time));
        }

        #[test]
        fn any_text_is_read_without_a_crash(text in "\\PC{0,40}") {
            let _ = parse_time(&text);
        }
    }
}
