//! What all operations share: the envelope, the errors, the headers, and what a reader should know before the first call.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::shapes::{Schema, list, moment, named, object, text, whole};

pub(super) const DESCRIPTION: &str = "\
What one CacheBash server speaks. Every answer below `/v1` that is not marked otherwise wears an envelope: `success`, \
`data` or `error`, and `meta.timestamp`, the server's time. A call succeeded only if `success` is true outside and is not false \
inside `data`: there, `success: false` with the sentence `error` means that the tool refused and nothing was done, also \
where the status is 201.

Texts are measured in UTF-16 units, where `maxLength` counts code points: a character beyond U+FFFF (most emoji) fills two.

Ids in a path are taken as they stand there and are not percent-decoded; use letters, digits, `.`, `_`, `~` and `-`. An \
argument of the path that is also in the body is taken from the body. Queries are decoded as forms are, the last of a \
repeated name wins, and a flag is true as `true` or `1` and false as anything else. Unknown fields are ignored. Null is \
no value unless a type says so; leave the field out.

A path or method that is not listed is 404, never 405. A body may have 65,536 bytes. A status of 500 is always a fault of \
the server.";

/// The codes of `error.code`, each under the status it comes with.
const CODES: [&str; 11] = [
    "VALIDATION_ERROR",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
    "IDEMPOTENCY_KEY_REUSED",
    "KEY_ALREADY_ISSUED",
    "QUESTION_CLOSED",
    "CURSOR_EXPIRED",
    "RATE_LIMITED",
    "UNAVAILABLE",
    "INTERNAL_ERROR",
];

pub(super) fn schemas() -> Map<String, Value> {
    let issue = object(&[
        (
            "path",
            described(text(), "Which field, dot-joined; empty for the whole body."),
        ),
        ("message", text()),
        ("code", text()),
    ]);
    let error = object(&[
        (
            "code",
            described(json!({ "type": "string", "enum": CODES }), "For programs."),
        ),
        ("message", described(text(), "For people.")),
        ("issues?", list(&named("Issue"))),
        ("retryAfter?", described(whole(), "In so many seconds.")),
    ]);
    let refused = json!({
        "type": "object",
        "description": "The tool refused, and nothing was done.",
        "properties": { "success": { "type": "boolean", "const": false }, "error": text() },
        "required": ["success", "error"],
        // Some name what they refused.
        "additionalProperties": true,
    });
    let failure = object(&[
        ("success", json!({ "type": "boolean", "const": false })),
        ("error", error),
        ("meta", named("Meta")),
    ]);
    [
        ("Meta", object(&[("timestamp", moment())])),
        ("Issue", issue),
        ("Refused", refused),
        ("Failure", failure),
    ]
    .into_iter()
    .map(|(name, schema)| (name.to_owned(), schema))
    .collect()
}

pub(super) fn responses() -> Value {
    let failure = |what: &str, codes: &[&str]| {
        let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
        json!({
            "description": format!("{what} ({}).", codes.join(", ")),
            "content": { "application/json": { "schema": named("Failure") } },
        })
    };
    let later = |mut response: Value, headers: &[(&str, &str)]| {
        for (name, component) in headers {
            response["headers"][*name] = json!({ "$ref": format!("#/components/headers/{component}") });
        }
        response
    };
    let retry = ("Retry-After", "RetryAfter");
    json!({
        "Invalid": failure("What was sent is wrong; `error.issues` says where", &["VALIDATION_ERROR"]),
        "Unauthorized": failure("No key, or none that opens the door", &["UNAUTHORIZED"]),
        "Forbidden": failure("The key lacks the capability", &["FORBIDDEN"]),
        "NotFound": failure("There is no such thing", &["NOT_FOUND"]),
        "Conflict": failure(
            "The idempotency key was used for another request, or for one whose answer cannot be repeated; or somebody \
             else was first",
            &["IDEMPOTENCY_KEY_REUSED", "KEY_ALREADY_ISSUED", "QUESTION_CLOSED"],
        ),
        "Gone": failure("The changes since this cursor are no longer known; read in full", &["CURSOR_EXPIRED"]),
        "TooMany": later(
            failure("Too often; the headers `X-RateLimit-…` are there when a key's limit was hit", &["RATE_LIMITED"]),
            &[
                retry,
                ("X-RateLimit-Limit", "RateLimitLimit"),
                ("X-RateLimit-Remaining", "RateLimitRemaining"),
                ("X-RateLimit-Reset", "RateLimitReset"),
            ],
        ),
        "Unavailable": later(failure("The database cannot be reached just now", &["UNAVAILABLE"]), &[retry]),
    })
}

pub(super) fn headers() -> Value {
    let header = |what: &str, required: bool| {
        let mut header = json!({ "description": what, "schema": { "type": "integer", "minimum": 0 } });
        if required {
            header["required"] = true.into();
        }
        header
    };
    json!({
        "RetryAfter": header("Seconds to wait.", true),
        "RateLimitLimit": header("The limit that was hit, in calls a minute.", false),
        "RateLimitRemaining": header("Calls that are left.", false),
        "RateLimitReset": header("When to come back, in seconds since 1970.", false),
    })
}

pub(super) fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The same key and the same request within 24 hours: done once, answered twice, the second time \
                            with `idempotent: true`. Goes before `idempotency_key` in the body.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]([ -~]*[!-~])?$" },
        },
    })
}

/// The tags that the operations use, by name.
pub(super) fn tags(paths: &Map<String, Value>) -> Value {
    let names: BTreeSet<&str> = paths
        .values()
        .filter_map(Value::as_object)
        .flat_map(Map::values)
        .filter_map(|operation| operation["tags"][0].as_str())
        .collect();
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

pub(super) fn described(mut schema: Schema, what: &str) -> Schema {
    schema["description"] = what.into();
    schema
}
