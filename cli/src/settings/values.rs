//! The words that settings are given in, the same in a flag, a variable and a file.

use std::fmt;
use std::str::FromStr;

use cachebash_core::domain::Span;
use cachebash_server::Limits;
use clap::ValueEnum;
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, de};

/// How often a key may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitsWord(pub(crate) Limits);

impl FromStr for LimitsWord {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "contract" => Ok(Self(Limits::Contract)),
            "off" => Ok(Self(Limits::Off)),
            number => match number.parse() {
                Ok(calls) if calls > 0 => Ok(Self(Limits::PerMinute(calls))),
                _ => Err("expected contract, off, or how many calls a minute"),
            },
        }
    }
}

/// How many writes one transaction may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Writes(pub(crate) u32);

impl FromStr for Writes {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.parse() {
            Ok(most @ 1..=10_000) => Ok(Self(most)),
            _ => Err("expected a whole number from 1 to 10000"),
        }
    }
}

/// How long something is kept; `None`: for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lasting(pub(crate) Option<Span>);

impl FromStr for Lasting {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "expected a span such as 30d, 12h, 90m or 45s, or forever";
        if word == "forever" {
            return Ok(Self(None));
        }
        let (number, unit) = word.split_at_checked(word.len().saturating_sub(1)).ok_or(WRONG)?;
        let seconds = match unit {
            "d" => 86_400,
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            _ => return Err(WRONG),
        };
        // A hundred years are for good.
        match number.parse::<u32>() {
            Ok(count) if count > 0 && i64::from(count) * seconds <= 36_525 * 86_400 => {
                Ok(Self(Some(Span::from_secs(i64::from(count) * seconds))))
            }
            _ => Err(WRONG),
        }
    }
}

/// What a line of the log looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line, for programs.
    Json,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// What is broken.
    Error,
    /// And what may soon be.
    Warn,
    /// And each request.
    #[default]
    Info,
    /// And what the server does.
    Debug,
}

impl LogLevel {
    /// As filters write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            LogLevel::Off => "off",
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
        }
    }
}

/// Reads from a file's text or whole number what a flag would read from its text.
pub(super) fn by_words<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    struct Words;
    impl Visitor<'_> for Words {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a whole number")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    let words = deserializer.deserialize_any(Words)?;
    words.parse().map(Some).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_its_unit() {
        let lasts = |word: &str| word.parse().map(|Lasting(span)| span.map(Span::as_millis));
        assert_eq!(lasts("30d"), Ok(Some(30 * 86_400_000)));
        assert_eq!(lasts("12h"), Ok(Some(43_200_000)));
        assert_eq!(lasts("90m"), Ok(Some(5_400_000)));
        assert_eq!(lasts("45s"), Ok(Some(45_000)));
        assert_eq!(lasts("forever"), Ok(None));
        for wrong in ["", "d", "0d", "-1d", "1.5h", "30", "30 d", "99999d", "1ä", "ä"] {
            assert!(lasts(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_are_a_word_or_a_number() {
        let limits = |word: &str| word.parse().map(|LimitsWord(limits)| limits);
        assert_eq!(limits("off"), Ok(Limits::Off));
        assert_eq!(limits("contract"), Ok(Limits::Contract));
        assert_eq!(limits("600"), Ok(Limits::PerMinute(600)));
        for wrong in ["", "0", "-1", "none", "1.5"] {
            assert!(limits(wrong).is_err(), "{wrong}");
        }
    }
}
