//! Programs.

use crate::http::openapi::shapes::{Data, Schema, always, done, flag, list, moment, named, object, text, whole, words};

pub(super) fn data(tool: &str) -> Option<Data> {
    Some(match tool {
        "list_programs" => always(&[("count", whole()), ("programs", list(&named("Program")))]),
        "update_program" => {
            let fields = words(&["displayName", "role", "color", "groups", "tags"]);
            done(&[("programId", text()), ("updated", list(&fields)), ("message", text())])
        }
        "pause_program" => done(&[("programId", text()), ("paused", named("Pause")), ("message", text())]),
        "resume_program" => done(&[("programId", text()), ("message", text())]),
        _ => return None,
    })
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    vec![
        (
            "Program",
            object(&[
                ("programId", text()),
                ("displayName", text()),
                ("role", text()),
                ("color", text()),
                ("groups", list(&text())),
                ("tags", list(&text())),
                ("active", flag()),
                ("createdBy", text()),
                ("createdAt", moment()),
                ("paused?", named("Pause")),
            ]),
        ),
        ("Pause", object(&[("reason", text()), ("by", text()), ("at", moment())])),
    ]
}
