//! Keys.

use crate::http::openapi::shapes::{
    Data, Schema, always, done, flag, list, moment, named, object, or_null, text, whole,
};

pub(super) fn data(tool: &str) -> Option<Data> {
    Some(match tool {
        "list_keys" => always(&[("count", whole()), ("keys", list(&named("Key")))]),
        "create_key" => done(&[
            ("key", text()),
            ("keyHash", text()),
            ("programId", text()),
            ("label", text()),
            ("capabilities", list(&text())),
            ("registered", flag()),
            ("message", text()),
        ]),
        "rotate_key" => done(&[
            ("key", text()),
            ("keyHash", text()),
            ("label", text()),
            ("graceWindowSeconds", whole()),
            ("message", text()),
        ]),
        "revoke_key" => done(&[("keyHash", text()), ("message", text())]),
        _ => return None,
    })
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    vec![(
        "Key",
        object(&[
            ("keyHash", text()),
            ("programId", text()),
            ("label", text()),
            ("capabilities", list(&text())),
            ("active", flag()),
            ("createdAt", moment()),
            ("lastUsedAt", or_null(moment())),
            ("revokedAt", or_null(moment())),
        ]),
    )]
}
