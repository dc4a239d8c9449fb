//! Messages and alerts.

use super::tasks::{ACTIONS, PRIORITIES};
use crate::http::openapi::shapes::{
    Data, Schema, always, anything, done, each, flag, free, list, moment, named, object, or_null, plain,
    plain_or_refused, text, whole, words,
};

const TYPES: [&str; 8] = [
    "PING",
    "PONG",
    "HANDSHAKE",
    "DIRECTIVE",
    "STATUS",
    "ACK",
    "QUERY",
    "RESULT",
];
const STATUSES: [&str; 5] = ["pending", "delivered", "read", "expired", "dead_lettered"];
const ALERT_TYPES: [&str; 4] = ["error", "warning", "success", "info"];

pub(super) fn data(tool: &str) -> Option<Data> {
    let page = |rows: &str| {
        [
            ("count", whole()),
            ("messages", list(&named(rows))),
            ("hasMore", flag()),
        ]
    };
    Some(match tool {
        "send_message" => done(&[
            ("messageId?", text()),
            ("multicastId?", text()),
            ("recipients?", whole()),
            ("targets?", list(&text())),
            ("action", words(&ACTIONS)),
            ("relay", flag()),
            ("schemaValid?", or_null(flag())),
            ("message", text()),
        ]),
        "get_messages" | "peek_messages" => done(&[
            ("hasInterrupts", flag()),
            ("interrupts", list(&named("Interrupt"))),
            ("hasMore", flag()),
            ("message", text()),
        ]),
        "unread_messages" => plain_or_refused(&page("StoredMessage")),
        "mark_messages_read" => plain(&[("updated", whole())]),
        "get_sent_messages" => done(&[&page("SentMessage")[..], &[("source", text())]].concat()),
        "query_message_history" => done(&[&page("HistoricMessage")[..], &[("sort", words(&["asc"]))]].concat()),
        "get_dead_letters" => always(&[
            ("count", whole()),
            ("deadLetters", list(&named("DeadLetter"))),
            ("hasMore", flag()),
            ("message", text()),
        ]),
        "list_groups" => always(&[
            ("groups", each(&list(&text()))),
            ("roleTargeting", text()),
            ("message", text()),
        ]),
        "get_comms_metrics" => always(&[
            ("period", words(&["today", "this_week", "this_month", "all"])),
            ("totalMessages", whole()),
            ("statusCounts", each(&whole())),
            ("avgDeliveryLatencyMs", or_null(whole())),
            (
                "perProgram",
                list(&object(&[
                    ("program", text()),
                    ("sent", whole()),
                    ("delivered", whole()),
                ])),
            ),
        ]),
        "send_alert" => done(&[
            ("alertId", text()),
            ("alertType", words(&ALERT_TYPES)),
            ("message", text()),
        ]),
        _ => return None,
    })
}

/// All there is to say about a message, as those who follow it are told.
pub(in crate::http::openapi) fn followed() -> Schema {
    document("message", &moment())
}

/// The same with its text under this name and times written like this.
fn document(name: &'static str, time: &Schema) -> Schema {
    object(&[
        (name, text()),
        ("id", text()),
        ("schemaVersion", text()),
        ("source", text()),
        ("target", text()),
        ("message_type", words(&TYPES)),
        ("priority", words(&PRIORITIES)),
        ("action", words(&ACTIONS)),
        ("context", or_null(text())),
        ("sessionId", or_null(text())),
        ("reply_to", or_null(text())),
        ("threadId", or_null(text())),
        ("status", words(&STATUSES)),
        ("ttl", whole()),
        ("expiresAt", time.clone()),
        ("deliveryAttempts", whole()),
        ("maxDeliveryAttempts", whole()),
        ("provenance", anything()),
        ("structuredPayload", or_null(free())),
        ("schemaValid", or_null(flag())),
        ("createdAt", time.clone()),
        ("multicastId?", text()),
        ("multicastSource?", text()),
        ("deliveredAt?", time.clone()),
        ("dead_letter_reason?", text()),
        ("deadLetteredAt?", time.clone()),
        ("alertType?", words(&ALERT_TYPES)),
    ])
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    // As the hosted server stores it.
    let raw = object(&[("_seconds", whole()), ("_nanoseconds", whole())]);
    let common = [
        ("id", text()),
        ("target", text()),
        ("message_type", words(&TYPES)),
        ("deliveryAttempts", whole()),
    ];
    let told = [
        ("message", text()),
        ("status", words(&STATUSES)),
        ("createdAt", moment()),
        ("deliveredAt", or_null(moment())),
        ("expiresAt", moment()),
    ];
    let meant = [
        ("source", text()),
        ("priority", words(&PRIORITIES)),
        ("action", words(&ACTIONS)),
        ("context", or_null(text())),
    ];
    let thread = [("threadId", or_null(text())), ("reply_to", or_null(text()))];
    let interrupt = [
        ("id", text()),
        ("message", text()),
        ("message_type", words(&TYPES)),
        ("status", words(&STATUSES)),
        ("ttl", whole()),
        ("provenance", anything()),
        ("multicastId", or_null(text())),
        ("multicastSource", or_null(text())),
        ("createdAt", moment()),
        ("structuredPayload?", free()),
        ("alertType?", words(&ALERT_TYPES)),
    ];
    let dead = [
        ("payload", text()),
        ("maxDeliveryAttempts", whole()),
        ("dead_letter_reason", text()),
        ("dead_letter_class", text()),
        ("createdAt", moment()),
        ("deadLetteredAt", moment()),
        ("expiresAt", moment()),
    ];
    vec![
        ("SentMessage", object(&[&common[..], &told].concat())),
        (
            "HistoricMessage",
            object(&[&common[..], &told, &meant, &thread].concat()),
        ),
        ("StoredMessage", document("payload", &raw)),
        ("Interrupt", object(&[&interrupt[..], &meant, &thread].concat())),
        ("DeadLetter", object(&[&common[..], &meant, &dead].concat())),
    ]
}
