//! A write that carries an idempotency key happens once (docs/contract-extensions.md, Idempotency). What was answered is
//! kept in the transaction of the effect itself; a repeat that comes while the first is under way waits for it, because
//! both need the tenant's pen.

use cachebash_core::domain::{KeyHash, Span};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Arguments, Outcome, Tool};
use crate::caller::Caller;
use crate::refusal::{Issue, Refusal};
use crate::rules::schema;
use crate::store::{Answered, Tx};

/// The argument's name.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency_key";

/// The longest key, in UTF-16 units.
pub(crate) const LONGEST: usize = 100;

/// How long an answer is remembered.
pub(crate) const REMEMBERED: Span = Span::from_mins(24 * 60);

pub(super) fn schema() -> Value {
    let mut schema = schema::text(LONGEST);
    schema["minLength"] = 1.into();
    schema
}

/// A write that may be asked twice.
pub(crate) struct Repeatable {
    tool: Tool,
    key: KeyHash,
    idempotency_key: String,
    request: String,
}

impl Repeatable {
    /// `None`: the call carries no key, so it happens as often as it is asked. A key beside the arguments goes before one
    /// among them.
    pub(crate) fn of(
        tool: &Tool,
        caller: &Caller,
        arguments: &Arguments,
        beside: Option<String>,
    ) -> Result<Option<Self>, Refusal> {
        let given = match (beside, arguments.get(IDEMPOTENCY_KEY)) {
            (Some(key), _) => key,
            (None, None) => return Ok(None),
            (None, Some(Value::String(key))) => key.clone(),
            (None, Some(_)) => return Err(wrong("Invalid input: expected string", "invalid_type")),
        };
        if given.is_empty() {
            return Err(wrong("Too small: expected string to have >=1 characters", "too_small"));
        }
        if given.encode_utf16().count() > LONGEST {
            return Err(wrong("Too big: expected string to have <=100 characters", "too_big"));
        }
        let mut asked = arguments.clone();
        asked.remove(IDEMPOTENCY_KEY);
        let digest = Sha256::digest(Value::Object(asked).to_string());
        Ok(Some(Self {
            tool: *tool,
            key: caller.key.clone(),
            idempotency_key: given,
            request: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }))
    }

    /// Does the work, or answers as the first time.
    pub(crate) fn run(self, tx: &mut Tx<'_>, work: impl FnOnce(&mut Tx<'_>) -> Outcome) -> Outcome {
        let (key, route) = (self.key.as_str(), self.tool.name);
        let since = tx.now.minus(REMEMBERED);
        if let Some(before) = tx.answered(key, route, &self.idempotency_key, since)? {
            return match before.answer {
                _ if before.request != self.request => Err(Refusal::KeyReused),
                None => Err(Refusal::KeyAlreadyIssued),
                Some(mut answer) => {
                    answer["idempotent"] = json!(true);
                    Ok(answer)
                }
            };
        }
        let answer = work(tx)?;
        // A refusal did nothing, so the same call may yet succeed.
        if answer.get("success") != Some(&Value::Bool(false)) {
            let kept = (!self.tool.issues_key).then(|| answer.clone());
            let answered = Answered {
                request: self.request,
                answer: kept,
            };
            tx.remember(key, route, &self.idempotency_key, &answered)?;
        }
        Ok(answer)
    }
}

fn wrong(message: &str, code: &'static str) -> Refusal {
    Refusal::Invalid(vec![Issue {
        path: IDEMPOTENCY_KEY.to_owned(),
        message: message.to_owned(),
        code,
    }])
}
