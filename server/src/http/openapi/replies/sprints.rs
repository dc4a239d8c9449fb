//! Sprints and their stories.

use super::tasks::STATUSES;
use crate::http::openapi::shapes::{
    Data, Schema, done, flag, free, list, moment, named, number, object, or_null, plain, text, whole, words,
};

pub(super) fn data(tool: &str) -> Option<Data> {
    Some(match tool {
        "create_sprint" => done(&[("sprintId", text()), ("storiesCreated", whole()), ("message", text())]),
        "get_sprint" => done(&[
            ("sprint", named("Sprint")),
            ("stories", list(&named("Story"))),
            ("stats", named("SprintStats")),
        ]),
        "active_sprints" => plain(&[
            ("sprints", list(&named("ActiveSprint"))),
            ("count", whole()),
            ("hasMore", flag()),
        ]),
        "add_story_to_sprint" => done(&[
            ("sprintId", text()),
            ("storyId", text()),
            ("wave", whole()),
            ("message", text()),
        ]),
        "update_sprint_story" => done(&[("sprintId", text()), ("storyId", text()), ("message", text())]),
        "complete_sprint" => done(&[("sprintId", text()), ("summary", summary()), ("message", text())]),
        _ => return None,
    })
}

type Field = (&'static str, Schema);

fn sprint() -> [Field; 8] {
    [
        ("id", text()),
        ("title", text()),
        ("status", words(&STATUSES)),
        ("projectName", text()),
        ("branch", text()),
        ("config", or_null(free())),
        ("createdAt", moment()),
        ("startedAt", moment()),
    ]
}

fn story() -> [Field; 10] {
    [
        ("id", text()),
        ("title", text()),
        ("status", words(&STATUSES)),
        ("wave", whole()),
        ("dependencies", list(&text())),
        ("complexity", words(&["normal", "high"])),
        ("currentAction", or_null(text())),
        ("startedAt", or_null(moment())),
        ("completedAt", or_null(moment())),
        ("progress?", number()),
    ]
}

fn retry() -> Schema {
    object(&[
        ("policy", words(&["none", "auto_retry", "escalate"])),
        ("maxRetries", whole()),
        ("retryCount", whole()),
        (
            "retryHistory",
            list(&object(&[("attempt", whole()), ("failedAt", moment())])),
        ),
    ])
}

/// What a sprint's end says was done.
fn summary() -> Schema {
    object(&[
        ("completed", number()),
        ("failed", number()),
        ("skipped", number()),
        ("duration?", number()),
    ])
}

/// A sprint as the feed tells it.
pub(in crate::http::openapi) fn fed_sprint() -> Schema {
    let more = [("completedAt", or_null(moment())), ("summary", or_null(summary()))];
    object(&[&sprint()[..], &more].concat())
}

/// A story as the feed tells it.
pub(in crate::http::openapi) fn fed_story() -> Schema {
    object(&[&story()[..], &[("sprintId", text()), ("retry", retry())]].concat())
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    let plan = object(&[
        ("id", text()),
        ("title", text()),
        ("wave", whole()),
        ("dependencies", list(&text())),
        ("complexity", words(&["normal", "high"])),
        ("retryPolicy", words(&["none", "auto_retry", "escalate"])),
        ("maxRetries", whole()),
    ]);
    let whole_sprint = [("definition", list(&plan)), ("completedAt", or_null(moment()))];
    let active = [("stories", list(&object(&story()))), ("stats", named("SprintStats"))];
    vec![
        ("Sprint", object(&[&sprint()[..], &whole_sprint].concat())),
        ("ActiveSprint", object(&[&sprint()[..], &active].concat())),
        ("Story", object(&[&story()[..], &[("retry", retry())]].concat())),
        (
            "SprintStats",
            object(&[
                ("total", whole()),
                ("completed", whole()),
                ("failed", whole()),
                ("active", whole()),
                ("queued", whole()),
            ]),
        ),
    ]
}
