//! Questions: asked by programs, answered by people (contract section 8; docs/contract-extensions.md, Questions). The
//! first answer stands; whoever comes later is told that it was answered and can read by whom.

use serde_json::{Value, json};

use super::{Entry, Outcome, Tool, act, look};
use crate::caller::Caller;
use crate::records::{ANSWER_LIMIT, Asked, Priority, Question, QuestionWord};
use crate::refusal::{Refusal, refused};
use crate::rules::page::{Page, cursor};
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Record, Tx, View};
use crate::wire_values::iso;

const QUESTION_ID: usize = 100;
const QUESTION: usize = 2_000;
const OPTIONS: usize = 5;
const OPTION: usize = 100;
const CONTEXT: usize = 500;
/// Texts without a limit of their own; the body's limit holds them.
const UNBOUNDED: usize = usize::MAX;

const STATUSES: [(&str, Option<QuestionWord>); 4] = [
    ("created", Some(QuestionWord::Created)),
    ("done", Some(QuestionWord::Done)),
    ("archived", Some(QuestionWord::Archived)),
    ("all", None),
];

const ASK: Tool = Tool::new(
    "signal",
    "ask_question",
    "signal.write",
    "Ask the user a question; look for the answer with get_response",
);
const RESPONSE: Tool = Tool::new(
    "signal",
    "get_response",
    "signal.read",
    "Look whether a question was answered, and how",
)
.judging_callers();
const LIST: Tool = Tool::new(
    "signal",
    "list_questions",
    "signal.read",
    "List questions with their answers, newest first",
)
.judging_callers();
const GET: Tool = Tool::new(
    "signal",
    "get_question",
    "signal.read",
    "Read one question: its text, options, context, asker and answer",
)
.judging_callers();
const ANSWER: Tool = Tool::new(
    "signal",
    "answer_question",
    "signal.write",
    "Answer a question; the first answer stands",
)
.judging_callers();

pub(super) fn tools() -> [Entry; 5] {
    [
        act(ASK, ask),
        look(RESPONSE, response),
        look(LIST, list),
        look(GET, get),
        act(ANSWER, answer),
    ]
}

fn ask(tx: &mut Tx<'_>, caller: &Caller, new: NewQuestion) -> Outcome {
    let id = tx.new_id()?;
    let question = Question {
        asker: caller.program.clone(),
        status: QuestionWord::Created,
        asked: Question::seal(&tx.world.seal, &id, &new.asked)?,
        encrypt: new.encrypt,
        priority: new.priority,
        thread: new.thread,
        in_reply_to: new.in_reply_to,
        project: new.project,
        created_at: tx.now,
        answer: None,
        id,
    };
    tx.put(&question)?;
    let (id, how) = (&question.id, if new.encrypt { " (encrypted)" } else { "" });
    Ok(json!({
        "success": true, "questionId": id, "encrypted": new.encrypt,
        "message": format!(
            "Question sent to user's device{how}. Use get_response with questionId \"{id}\" to check for a response."
        ),
    }))
}

fn response(view: &mut View<'_>, caller: &Caller, Named(id): Named) -> Outcome {
    let Some(question) = readable(view, caller, &RESPONSE, &id)? else {
        return Ok(refused("Question not found"));
    };
    let seal = &view.world.seal;
    Ok(match (&question.answer, question.response(seal)?) {
        (Some(answer), Some(response)) => json!({
            "success": true, "answered": true, "response": response, "answeredAt": iso(answer.at),
        }),
        _ if question.status == QuestionWord::Archived => json!({
            "success": true, "answered": false, "expired": true, "status": question.status,
            "message": "The question was put away unanswered",
        }),
        _ => json!({
            "success": true, "answered": false, "status": question.status, "message": "Waiting for user response",
        }),
    })
}

/// Of the questions that the caller may read.
fn list(view: &mut View<'_>, caller: &Caller, filter: Filter) -> Outcome {
    let own = (!Question::all_may_be_read_by(caller)).then(|| caller.program.as_str());
    let word: Vec<&str> = filter.status.map(QuestionWord::as_str).into_iter().collect();
    let limit = filter.page.limit as usize;
    let mut questions: Vec<Question> = view.list(&Listing {
        owner: own,
        tags: &word,
        after: filter.page.after(),
        limit: filter.page.limit + 1,
        ..Listing::default()
    })?;
    let more = questions.len() > limit;
    questions.truncate(limit);
    let last = questions.last().filter(|_| more);
    let next = last.map(|question| cursor(question.rank(), &question.id));
    let seal = &view.world.seal;
    let questions: Vec<Value> = questions
        .iter()
        .map(|question| question.shown(seal))
        .collect::<Result<_, _>>()?;
    Ok(json!({
        "success": true, "count": questions.len(), "questions": questions, "hasMore": more, "cursor": next,
    }))
}

fn get(view: &mut View<'_>, caller: &Caller, Named(id): Named) -> Outcome {
    let question = readable(view, caller, &GET, &id)?.ok_or(NO_QUESTION)?;
    Ok(json!({ "success": true, "question": question.shown(&view.world.seal)? }))
}

fn answer(tx: &mut Tx<'_>, caller: &Caller, given: GivenAnswer) -> Outcome {
    if !Question::may_be_answered_by(caller) {
        caller.holds(&ANSWER)?;
    }
    let mut question: Question = tx.get(&given.id)?.ok_or(NO_QUESTION)?;
    match question.status {
        QuestionWord::Created => {}
        QuestionWord::Done => return Err(Refusal::QuestionClosed("The question was answered already")),
        QuestionWord::Archived => return Err(Refusal::QuestionClosed("The question was put away unanswered")),
    }
    let now = tx.now;
    question.answer(&tx.world.seal, &given.response, caller.program.clone(), now)?;
    tx.put(&question)?;
    // Without the text: what is answered here may be kept in clear for a repeat.
    Ok(json!({
        "success": true, "questionId": question.id, "status": question.status, "answeredBy": caller.program,
        "answeredAt": iso(now), "message": format!("Question answered. ID: \"{}\"", question.id),
    }))
}

const NO_QUESTION: Refusal = Refusal::NoRecord("Question");

/// A question, if there is one; refused to whoever may not read it, as one that does not exist is.
fn readable(view: &mut View<'_>, caller: &Caller, tool: &Tool, id: &str) -> Result<Option<Question>, Refusal> {
    let question: Option<Question> = view.get(id)?;
    let open = match &question {
        Some(question) => question.may_be_read_by(caller),
        None => Question::all_may_be_read_by(caller),
    };
    if !open {
        caller.holds(tool)?;
    }
    Ok(question)
}

struct NewQuestion {
    asked: Asked,
    encrypt: bool,
    priority: Priority,
    thread: Option<String>,
    in_reply_to: Option<String>,
    project: Option<String>,
}

impl FromFields for NewQuestion {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            asked: Asked {
                question: fields.required_text("question", QUESTION),
                options: fields.texts("options", OPTIONS, OPTION).unwrap_or_default(),
                context: fields.text("context", CONTEXT),
            },
            priority: fields.word("priority", &Priority::WORDS).unwrap_or_default(),
            encrypt: fields.flag("encrypt").unwrap_or(true),
            thread: fields.text("threadId", UNBOUNDED),
            in_reply_to: fields.text("inReplyTo", UNBOUNDED),
            project: fields.text("projectId", UNBOUNDED),
        }
    }
}

struct Filter {
    status: Option<QuestionWord>,
    page: Page,
}

impl FromFields for Filter {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            status: fields.word("status", &STATUSES).flatten(),
            page: Page::read(fields),
        }
    }
}

/// The question that is meant.
struct Named(String);

impl FromFields for Named {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.required_id("questionId", QUESTION_ID))
    }
}

struct GivenAnswer {
    id: String,
    response: String,
}

impl FromFields for GivenAnswer {
    fn read(fields: &mut Fields<'_>) -> Self {
        let Named(id) = Named::read(fields);
        Self {
            id,
            response: fields.required_words("response", ANSWER_LIMIT),
        }
    }
}
