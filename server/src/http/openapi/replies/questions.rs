//! Questions and their answers.

use super::tasks::PRIORITIES;
use crate::http::openapi::shapes::{
    Data, Schema, always, done, flag, list, moment, named, object, or_null, text, whole, words,
};

const STATUSES: [&str; 3] = ["created", "done", "archived"];

pub(super) fn data(tool: &str) -> Option<Data> {
    Some(match tool {
        "ask_question" => always(&[("questionId", text()), ("encrypted", flag()), ("message", text())]),
        "get_response" => done(&[
            ("answered", flag()),
            ("response?", text()),
            ("answeredAt?", moment()),
            ("expired?", flag()),
            ("status?", words(&STATUSES)),
            ("message?", text()),
        ]),
        "list_questions" => always(&[
            ("count", whole()),
            ("questions", list(&named("Question"))),
            ("hasMore", flag()),
            ("cursor", or_null(text())),
        ]),
        "get_question" => always(&[("question", named("Question"))]),
        "answer_question" => always(&[
            ("questionId", text()),
            ("status", words(&STATUSES)),
            ("answeredBy", text()),
            ("answeredAt", moment()),
            ("message", text()),
        ]),
        _ => return None,
    })
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    vec![(
        "Question",
        object(&[
            ("questionId", text()),
            ("question", text()),
            ("options", list(&text())),
            ("context", or_null(text())),
            ("askedBy", text()),
            ("priority", words(&PRIORITIES)),
            ("status", words(&STATUSES)),
            ("encrypted", flag()),
            ("threadId", or_null(text())),
            ("inReplyTo", or_null(text())),
            ("projectId", or_null(text())),
            ("createdAt", moment()),
            ("answered", flag()),
            ("response", or_null(text())),
            ("answeredBy", or_null(text())),
            ("answeredAt", or_null(moment())),
        ]),
    )]
}
