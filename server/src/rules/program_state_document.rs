//! The contract's program state document: its sections, their defaults, and the one rule about too many patterns.
//! Pure: values in, values out.

use cachebash_core::domain::{ProgramId, Timestamp};
use serde_json::{Map, Value, json};

use crate::wire_values::iso;

/// The names of the sections that merge one level deep.
pub(crate) struct Sections {
    pub(crate) context: &'static str,
    pub(crate) config: &'static str,
    pub(crate) baselines: &'static str,
    pub(crate) decay: &'static str,
}

/// As the contract spells them.
pub(crate) const SECTIONS: Sections = Sections {
    context: "contextSummary",
    config: "config",
    baselines: "baselines",
    decay: "decay",
};

const MOST_UNPROMOTED: u64 = 50;

/// What a program is said to have while nothing is stored.
pub(crate) fn default_document(program: &ProgramId, now: Timestamp) -> Map<String, Value> {
    let document = json!({
        "programId": program.as_str(),
        "version": 1,
        "lastUpdatedBy": program.as_str(),
        "lastUpdatedAt": iso(now),
        "sessionId": "none",
        "contextSummary": { "lastTask": null, "activeWorkItems": [], "handoffNotes": "", "openQuestions": [] },
        "learnedPatterns": [],
        "config": {
            "preferredOutputFormat": null, "toolPreferences": {}, "knownQuirks": [], "customSettings": {}
        },
        "baselines": {
            "avgTaskDurationMinutes": null, "commonFailureModes": [], "sessionsCompleted": 0,
            "lastSessionDurationMinutes": null
        },
        "decay": {
            "contextSummaryTTLDays": 7, "learnedPatternMaxAge": 30, "maxUnpromotedPatterns": MOST_UNPROMOTED,
            "lastDecayRun": iso(now), "decayLog": []
        },
    });
    match document {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Deletes the least trusted patterns that nobody promoted until there are no more of them than `decay` allows; the
/// earlier in the list stays of two alike. Returns how many patterns are left in all.
pub(crate) fn prune_patterns(document: &mut Map<String, Value>) -> usize {
    let most = document
        .get(SECTIONS.decay)
        .and_then(|decay| decay.get("maxUnpromotedPatterns"))
        .and_then(Value::as_f64)
        .map_or(MOST_UNPROMOTED, |most| most as u64) as usize;
    let Some(Value::Array(patterns)) = document.get_mut("learnedPatterns") else {
        return 0;
    };
    let promoted = |pattern: &Value| pattern.get("promotedToStore").and_then(Value::as_bool) == Some(true);
    let confidence = |pattern: &Value| pattern.get("confidence").and_then(Value::as_f64).unwrap_or(0.0);
    let mut unpromoted: Vec<(usize, f64)> = patterns
        .iter()
        .enumerate()
        .filter(|(_, pattern)| !promoted(pattern))
        .map(|(place, pattern)| (place, confidence(pattern)))
        .collect();
    if unpromoted.len() > most {
        // Stable, so equal confidence keeps the order of the list.
        unpromoted.sort_by(|one, other| other.1.total_cmp(&one.1));
        let mut doomed: Vec<usize> = unpromoted.drain(most..).map(|(place, _)| place).collect();
        doomed.sort_unstable();
        for place in doomed.into_iter().rev() {
            patterns.remove(place);
        }
    }
    patterns.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pattern(id: u32, confidence: f64, promoted: bool) -> Value {
        json!({ "id": id.to_string(), "confidence": confidence, "promotedToStore": promoted })
    }

    #[test]
    fn the_least_trusted_patterns_go_and_promoted_ones_stay() {
        let mut document = default_document(&ProgramId::from("builder"), Timestamp::from_millis(0));
        document["decay"]["maxUnpromotedPatterns"] = 5.into();
        let mut patterns = vec![pattern(100, 0.0, true)];
        patterns.extend((0..7).map(|id| pattern(id, if id < 2 { 0.1 } else { 0.9 }, false)));
        document.insert("learnedPatterns".into(), patterns.into());
        assert_eq!(prune_patterns(&mut document), 6);
        let left: Vec<&str> = document["learnedPatterns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["id"].as_str().unwrap())
            .collect();
        assert_eq!(left, ["100", "2", "3", "4", "5", "6"]);
    }
}
