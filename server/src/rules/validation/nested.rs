//! Fields that hold others: lists and objects, each read by a reader of its own.

use serde_json::{Value, json};

use super::{ADDRESSABLE, Fields, Limit, UNADDRESSABLE, is_addressable, no_such_word, recorded};
use crate::rules::schema;

impl<'a> Fields<'a> {
    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &str, most: Limit, each: Limit) -> Option<Vec<String>> {
        self.note(name, || schema::list(schema::text(each), most));
        let items = self.items(name, most)?;
        let mut texts = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let place = format!("{name}.{place}");
            match item {
                Value::String(text) => texts.extend(self.measured(&place, text, each)),
                other => {
                    self.wrong_type::<()>(&place, "string", other);
                }
            }
        }
        Some(texts)
    }

    /// A list of words that are known.
    pub(crate) fn texts_among(&mut self, name: &str, most: Limit, words: &[&str]) -> Option<Vec<String>> {
        let texts = self.texts(name, most, usize::MAX);
        if let Some(recorder) = &mut self.recorder {
            recorder.amend(name, "enum", json!(words));
        }
        let items = self.values.get(name).and_then(Value::as_array);
        let unknown: Vec<usize> = items
            .into_iter()
            .flatten()
            .enumerate()
            .filter(|(_, item)| item.as_str().is_some_and(|text| !words.contains(&text)))
            .map(|(place, _)| place)
            .take(most)
            .collect();
        for place in unknown {
            self.complain(&format!("{name}.{place}"), no_such_word(words), "invalid_value");
        }
        texts
    }

    /// A list of ids, at least one, each of which can stand in a path as one segment.
    pub(crate) fn required_ids(&mut self, name: &str, most: Limit, each: Limit) -> Vec<String> {
        self.require(name, "array");
        let ids = self.texts(name, most, each);
        if let Some(recorder) = &mut self.recorder {
            recorder.amend(name, "minItems", 1.into());
            recorder.amend(name, "pattern", ADDRESSABLE.into());
        }
        if ids.as_ref().is_some_and(Vec::is_empty) && self.values.get(name) == Some(&json!([])) {
            self.complain(name, "Too small: expected array to have >=1 items", "too_small");
        }
        for (place, id) in ids.iter().flatten().enumerate() {
            if !is_addressable(id) {
                self.complain(&format!("{name}.{place}"), UNADDRESSABLE, "invalid_format");
            }
        }
        ids.unwrap_or_default()
    }

    /// A list of objects, each read by `read`.
    pub(crate) fn objects<T>(
        &mut self,
        name: &str,
        most: Limit,
        mut read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Option<Vec<T>> {
        self.note(name, || schema::list(recorded(|fields| drop(read(fields))), most));
        let items = self.items(name, most)?;
        let mut objects = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            objects.extend(self.inside(&format!("{name}.{place}"), item, &mut read));
        }
        Some(objects)
    }

    /// A list of objects that must be there.
    pub(crate) fn required_objects<T>(
        &mut self,
        name: &str,
        most: Limit,
        read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        self.require(name, "array");
        self.objects(name, most, read).unwrap_or_default()
    }

    /// An object that must be there; where it is not, that is noted.
    pub(crate) fn required_object<T>(&mut self, name: &str, read: impl FnMut(&mut Fields<'_>) -> T) -> Option<T> {
        self.require(name, "object");
        self.object(name, read)
    }

    /// An object, read by `read`.
    pub(crate) fn object<T>(&mut self, name: &str, mut read: impl FnMut(&mut Fields<'_>) -> T) -> Option<T> {
        self.note(name, || recorded(|fields| drop(read(fields))));
        let value = self.values.get(name)?;
        self.inside(name, value, read)
    }

    /// An object or null; `None` when neither was sent.
    pub(crate) fn nullable_object<T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Option<Option<T>> {
        self.note(name, || schema::nullable(recorded(|fields| drop(read(fields)))));
        if self.values.get(name)?.is_null() {
            Some(None)
        } else {
            self.object(name, read).map(Some)
        }
    }

    /// An object kept as it came.
    pub(crate) fn free_object(&mut self, name: &str) -> Option<Value> {
        self.note(name, || json!({ "type": "object" }));
        match self.values.get(name)? {
            object @ Value::Object(_) => Some(object.clone()),
            other => self.wrong_type(name, "object", other),
        }
    }

    /// Any value, null too, kept as it came.
    pub(crate) fn anything(&mut self, name: &str) -> Option<Value> {
        self.note(name, || json!({}));
        self.values.get(name).cloned()
    }

    fn items(&mut self, name: &str, most: Limit) -> Option<&'a Vec<Value>> {
        match self.values.get(name)? {
            Value::Array(items) if items.len() <= most => Some(items),
            Value::Array(_) => {
                self.complain(
                    name,
                    format!("Too big: expected array to have <={most} items"),
                    "too_big",
                );
                None
            }
            other => self.wrong_type(name, "array", other),
        }
    }

    fn inside<T>(&mut self, name: &str, value: &Value, mut read: impl FnMut(&mut Fields<'_>) -> T) -> Option<T> {
        let Value::Object(values) = value else {
            return self.wrong_type(name, "object", value);
        };
        let mut inner = Fields {
            values,
            path: self.path_of(name),
            issues: Vec::new(),
            recorder: None,
        };
        let object = read(&mut inner);
        self.issues.append(&mut inner.issues);
        Some(object)
    }
}
