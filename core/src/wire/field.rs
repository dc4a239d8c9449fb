//! A field that was left out, one that is null and one that holds something are three different answers.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One field of an object of the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The object has no such field.
    #[default]
    Absent,
    /// The field is `null`.
    Null,
    /// The field holds this.
    Value(T),
}

impl<T> Field<T> {
    /// Whether the field must not be written at all.
    pub fn is_absent(&self) -> bool {
        matches!(self, Field::Absent)
    }

    /// What it holds; absent and null are both nothing.
    pub fn get(&self) -> Option<&T> {
        match self {
            Field::Value(value) => Some(value),
            Field::Absent | Field::Null => None,
        }
    }

    /// As [`Field::get`], taking it out.
    pub fn into_option(self) -> Option<T> {
        match self {
            Field::Value(value) => Some(value),
            Field::Absent | Field::Null => None,
        }
    }

    /// A field that is written either way: nothing becomes `null`.
    pub fn or_null(value: Option<T>) -> Self {
        value.map_or(Field::Null, Field::Value)
    }

    /// A field that is left out when there is nothing to say.
    pub fn or_absent(value: Option<T>) -> Self {
        value.map_or(Field::Absent, Field::Value)
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Field::Value(value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Field::or_null)
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Value(value) => serializer.serialize_some(value),
            Field::Absent | Field::Null => serializer.serialize_none(),
        }
    }
}

/// An object of the API in which any field may be missing. Field names are the camelCase of the Rust names.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(default, skip_serializing_if = "crate::wire::Field::is_absent")]
                pub $field: crate::wire::Field<$kind>,
            )*
        }
    };
}
pub(crate) use object;

/// A number as `f64`; fields keep the number itself, since 42 and 42.0 are written differently.
pub(crate) fn number(field: &Field<serde_json::Number>) -> Option<f64> {
    field.get().and_then(serde_json::Number::as_f64)
}
