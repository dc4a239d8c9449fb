//! One odd row must not hide the others: what cannot be read is left out and counted.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A result that can be read in part. Only tried when reading it whole has failed.
pub trait Salvage: DeserializeOwned {
    /// Takes out of `data` what this type cannot hold, and says how many pieces that were.
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let _ = data;
        0
    }
}

/// Leaves out of the array `data[field]` what is no `Row`.
pub(crate) fn rows<Row: DeserializeOwned>(data: &mut Value, field: &str) -> u32 {
    let Some(Value::Array(rows)) = data.get_mut(field) else {
        return 0;
    };
    let before = rows.len();
    rows.retain(|row| Row::deserialize(row).is_ok());
    u32::try_from(before - rows.len()).unwrap_or(u32::MAX)
}

/// Leaves out `data[field]` unless it is a `Part`; null counts as one.
pub(crate) fn part<Part: DeserializeOwned>(data: &mut Value, field: &str) -> u32 {
    let odd = data
        .get(field)
        .is_some_and(|value| Option::<Part>::deserialize(value).is_err());
    if odd && let Some(object) = data.as_object_mut() {
        object.remove(field);
    }
    u32::from(odd)
}

impl Salvage for Value {}
