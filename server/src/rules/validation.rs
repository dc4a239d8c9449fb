//! Reads fields out of what was sent and collects everything that is wrong with them, in the contract's words.
//!
//! A value is read first and judged as a whole afterwards: [`checked`] tells all issues at once, and nothing
//! is written before it was asked. Unknown fields are never looked at. Explicit null is wrong wherever the contract
//! does not say nullable; texts are measured in UTF-16 units (contract section 3).

mod nested;

use cachebash_core::domain::Timestamp;
use serde_json::{Map, Value, json};

use super::schema::{self, Recorder};
use crate::refusal::{Issue, Refusal};

/// Something that can be read out of a request.
pub(crate) trait FromFields: Sized {
    /// Takes the known fields. Where one is wrong any value may be returned, since the issue is noted in `fields`.
    fn read(fields: &mut Fields<'_>) -> Self;
}

/// The fields of one object of a request.
pub(crate) struct Fields<'a> {
    values: &'a Map<String, Value>,
    path: String,
    issues: Vec<Issue>,
    /// There while a reader is recorded and not obeyed.
    recorder: Option<Recorder>,
}

/// The schema of what a `T` is read from.
pub(crate) fn schema_of<T: FromFields>() -> Value {
    recorded(|fields| drop(T::read(fields)))
}

fn recorded(read: impl FnOnce(&mut Fields<'_>)) -> Value {
    let nothing = Map::new();
    let mut fields = Fields {
        values: &nothing,
        path: String::new(),
        issues: Vec::new(),
        recorder: Some(Recorder::default()),
    };
    read(&mut fields);
    fields.recorder.unwrap_or_default().into_schema()
}

/// Reads a `T` or tells everything that is wrong.
pub(crate) fn checked<T: FromFields>(values: &Map<String, Value>) -> Result<T, Refusal> {
    let mut fields = Fields {
        values,
        path: String::new(),
        issues: Vec::new(),
        recorder: None,
    };
    let read = T::read(&mut fields);
    if fields.issues.is_empty() {
        Ok(read)
    } else {
        Err(Refusal::Invalid(fields.issues))
    }
}

/// The longest a text may be, in UTF-16 units, or how many items a list may hold.
pub(crate) type Limit = usize;

/// The longest way to write a moment.
const MOMENT: Limit = 100;

impl<'a> Fields<'a> {
    /// Whether a field was sent at all, null or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Notes something that only the caller can see is wrong.
    pub(crate) fn complain(&mut self, name: &str, message: impl Into<String>, code: &'static str) {
        let path = self.path_of(name);
        self.issues.push(Issue {
            path,
            message: message.into(),
            code,
        });
    }

    /// A text of at most `limit` UTF-16 units, if there is one.
    pub(crate) fn text(&mut self, name: &str, limit: Limit) -> Option<String> {
        self.note(name, || schema::text(limit));
        match self.values.get(name)? {
            Value::String(text) => self.measured(name, text, limit),
            other => self.wrong_type(name, "string", other),
        }
    }

    /// An id of at most `limit` UTF-16 units that can stand in a path as one segment; an empty one counts as not sent.
    pub(crate) fn id(&mut self, name: &str, limit: Limit) -> Option<String> {
        let id = self.text(name, limit);
        if let Some(recorder) = &mut self.recorder {
            recorder.amend(name, "pattern", ADDRESSABLE.into());
        }
        let id = id.filter(|id| !id.is_empty())?;
        if !is_addressable(&id) {
            self.complain(name, UNADDRESSABLE, "invalid_format");
        }
        Some(id)
    }

    /// An id that must be there.
    pub(crate) fn required_id(&mut self, name: &str, limit: Limit) -> String {
        self.require(name, "string");
        if self.values.get(name).and_then(Value::as_str) == Some("") {
            self.complain(name, "Too small: expected string to have >=1 characters", "too_small");
        }
        let id = self.id(name, limit).unwrap_or_default();
        if let Some(recorder) = &mut self.recorder {
            recorder.amend(name, "minLength", 1.into());
        }
        id
    }

    /// Notes of which form a text, or each of a list of texts, is that only the caller can judge.
    pub(crate) fn of_form(&mut self, name: &str, pattern: &str) {
        if let Some(recorder) = &mut self.recorder {
            recorder.amend(name, "pattern", pattern.into());
        }
    }

    /// A text that must be there.
    pub(crate) fn required_text(&mut self, name: &str, limit: Limit) -> String {
        self.require(name, "string");
        self.text(name, limit).unwrap_or_default()
    }

    /// A text that must be there and say something.
    pub(crate) fn required_words(&mut self, name: &str, limit: Limit) -> String {
        self.require(name, "string");
        let text = self.text(name, limit);
        if let Some(recorder) = &mut self.recorder {
            recorder.amend(name, "minLength", 1.into());
        }
        if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
            self.complain(name, "Too small: expected string to have >=1 characters", "too_small");
        }
        text.unwrap_or_default()
    }

    /// A text or null; `None` when neither was sent.
    pub(crate) fn nullable_text(&mut self, name: &str, limit: Limit) -> Option<Option<String>> {
        self.note(name, || schema::nullable(schema::text(limit)));
        if self.values.get(name)?.is_null() {
            Some(None)
        } else {
            self.text(name, limit).map(Some)
        }
    }

    /// One of the words, as what it stands for.
    pub(crate) fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        self.note(name, || {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            json!({ "type": "string", "enum": words })
        });
        let given = self.values.get(name)?;
        let known = given
            .as_str()
            .and_then(|text| words.iter().find(|(word, _)| *word == text));
        if known.is_none() {
            self.complain(name, no_such_option(words), "invalid_value");
        }
        known.map(|(_, meaning)| *meaning)
    }

    /// One of the words, which must be there.
    pub(crate) fn required_word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        if let Some(recorder) = &mut self.recorder {
            recorder.require(name);
        }
        if !self.has(name) {
            self.complain(name, no_such_option(words), "invalid_value");
        }
        self.word(name, words)
    }

    /// A number or null; `None` when neither was sent.
    pub(crate) fn nullable_number(&mut self, name: &str, least: f64, most: f64) -> Option<Option<f64>> {
        self.note(name, || schema::nullable(schema::number("number", least, most)));
        if self.values.get(name)?.is_null() {
            Some(None)
        } else {
            self.number(name, least, most).map(Some)
        }
    }

    /// A number between two ends, both included.
    pub(crate) fn number(&mut self, name: &str, least: f64, most: f64) -> Option<f64> {
        self.note(name, || schema::number("number", least, most));
        let value = match self.values.get(name)? {
            Value::Number(number) => number.as_f64().unwrap_or(f64::INFINITY),
            other => return self.wrong_type(name, "number", other),
        };
        if value < least {
            self.complain(name, format!("Too small: expected number to be >={least}"), "too_small");
            return None;
        }
        if value > most {
            self.complain(name, format!("Too big: expected number to be <={most}"), "too_big");
            return None;
        }
        Some(value)
    }

    /// A number that must be there.
    pub(crate) fn required_number(&mut self, name: &str, least: f64, most: f64) -> f64 {
        self.require(name, "number");
        self.number(name, least, most).unwrap_or(least)
    }

    /// A whole number between two ends, both included.
    pub(crate) fn whole(&mut self, name: &str, least: u32, most: u32) -> Option<u32> {
        self.note(name, || schema::number("integer", least.into(), most.into()));
        if let Some(Value::Number(number)) = self.values.get(name)
            && number.as_f64().is_some_and(|value| value.fract() != 0.0)
        {
            self.complain(name, "Invalid input: expected int, received number", "invalid_type");
            return None;
        }
        // In range and whole, so nothing is cut off.
        self.number(name, least.into(), most.into()).map(|value| value as u32)
    }

    /// A whole number, however wrong it may be elsewhere: for the one tool that never complains of it.
    pub(crate) fn lenient_whole(&mut self, name: &str) -> Option<i64> {
        self.note(name, || json!({ "type": "number" }));
        self.values.get(name).and_then(Value::as_f64).map(|value| value as i64)
    }

    /// Texts that must be there, for the one tool that complains of them in its own way: `None` when they are not all texts.
    pub(crate) fn lenient_texts(&mut self, name: &str) -> Option<Vec<String>> {
        self.note(name, || schema::list(schema::text(usize::MAX), usize::MAX));
        if let Some(recorder) = &mut self.recorder {
            recorder.require(name);
            recorder.amend(name, "minItems", 1.into());
        }
        let texts = self.values.get(name)?.as_array()?.iter();
        texts.map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// A moment, as an ISO text; a date alone is its beginning in UTC.
    pub(crate) fn moment(&mut self, name: &str) -> Option<Timestamp> {
        self.note(name, || json!({ "type": "string", "format": "date-time" }));
        let text = self.text(name, MOMENT)?;
        let moment = moment(&text);
        if moment.is_none() {
            self.complain(name, "Invalid ISO datetime", "invalid_format");
        }
        moment
    }

    /// True or false.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        self.note(name, || json!({ "type": "boolean" }));
        match self.values.get(name)? {
            Value::Bool(flag) => Some(*flag),
            other => self.wrong_type(name, "boolean", other),
        }
    }

    /// True, false or null; `None` when nothing was sent.
    pub(crate) fn nullable_flag(&mut self, name: &str) -> Option<Option<bool>> {
        self.note(name, || schema::nullable(json!({ "type": "boolean" })));
        if self.values.get(name)?.is_null() {
            Some(None)
        } else {
            self.flag(name).map(Some)
        }
    }

    fn measured(&mut self, name: &str, text: &str, limit: Limit) -> Option<String> {
        if text.encode_utf16().count() <= limit {
            return Some(text.to_owned());
        }
        self.complain(
            name,
            format!("Too big: expected string to have <={limit} characters"),
            "too_big",
        );
        None
    }

    fn require(&mut self, name: &str, kind: &str) {
        if let Some(recorder) = &mut self.recorder {
            recorder.require(name);
        }
        if !self.has(name) {
            self.complain(
                name,
                format!("Invalid input: expected {kind}, received undefined"),
                "invalid_type",
            );
        }
    }

    fn wrong_type<T>(&mut self, name: &str, expected: &str, given: &Value) -> Option<T> {
        let received = match given {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        self.complain(
            name,
            format!("Invalid input: expected {expected}, received {received}"),
            "invalid_type",
        );
        None
    }

    fn note(&mut self, name: &str, schema: impl FnOnce() -> Value) {
        if let Some(recorder) = &mut self.recorder {
            recorder.field(name, schema());
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    });
    moment.map(|moment| Timestamp::from_millis(moment.as_millisecond()))
}

fn no_such_option<T>(words: &[(&str, T)]) -> String {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    no_such_word(&words)
}

fn no_such_word(words: &[&str]) -> String {
    let options: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    format!("Invalid option: expected one of {}", options.join("|"))
}

/// Whether an id can stand in a path as one segment.
pub(crate) fn is_addressable(id: &str) -> bool {
    !id.contains(|c: char| c == '/' || c.is_control())
}

/// Said of an id that is not addressable.
pub(crate) const UNADDRESSABLE: &str = "Invalid string: must not contain \"/\" or control characters";

/// The same as a pattern.
pub(crate) const ADDRESSABLE: &str = "^[^/\\u0000-\\u001f\\u007f-\\u009f]*$";
