//! Records put in place as they are, so that a test can begin in the middle of a story: with ids and times that nobody
//! may choose over the API. They go through the store that serves, each read as the record it claims to be.

use serde::Deserialize;
use serde_json::Value;

use crate::records::{
    Alert, Asked, ContextEntry, Key, Message, Program, ProgramState, Question, Session, Spend, Sprint, Story, Task,
    Update, owner_key,
};
use crate::server::{Server, ServerError};
use crate::store::{Record, StoreError, Stored, Tenant, Tx};

type Put = fn(&mut Tx<'_>, Value) -> Stored<()>;

const KINDS: &[(&str, Put)] = &[
    kind::<Alert>(),
    kind::<ContextEntry>(),
    kind::<Key>(),
    kind::<Message>(),
    kind::<Program>(),
    kind::<ProgramState>(),
    (Question::KIND, put_question),
    kind::<Session>(),
    kind::<Spend>(),
    kind::<Sprint>(),
    kind::<Story>(),
    kind::<Task>(),
    kind::<Update>(),
];

const fn kind<R: Record>() -> (&'static str, Put) {
    (R::KIND, put::<R>)
}

fn put<R: Record>(tx: &mut Tx<'_>, body: Value) -> Stored<()> {
    tx.put(&serde_json::from_value::<R>(body)?)
}

/// What a question holds sealed comes in the open: nobody outside could seal it.
fn put_question(tx: &mut Tx<'_>, mut body: Value) -> Stored<()> {
    let asked = Asked::deserialize(&body["asked"])?;
    let response = body.pointer_mut("/answer/response").map(Value::take);
    body["asked"] = Value::from("");
    if let Some(sealed) = body.pointer_mut("/answer/response") {
        *sealed = Value::from("");
    }
    let mut question: Question = serde_json::from_value(body)?;
    let seal = &tx.world.seal;
    question.asked = Question::seal(seal, &question.id, &asked)?;
    if let (Some(response), Some(answer)) = (response, question.answer.take()) {
        question.answer(seal, response.as_str().unwrap_or_default(), answer.by, answer.at)?;
    }
    tx.put(&question)
}

impl Server {
    /// Puts records in place, each with the name of its kind; the tenant is made if it is missing. For tests.
    ///
    /// # Errors
    /// [`ServerError::Data`] when a kind is unknown or a body is not of its kind; nothing is put then.
    pub async fn plant(&self, tenant: &str, records: Vec<(&'static str, Value)>) -> Result<(), ServerError> {
        let (app, tenant) = (self.app(), Tenant::from(tenant));
        let now = app.now();
        // The owner key of a tenant that is only planted is nobody's.
        drop(app.store.add_tenant(&tenant, now, owner_key)?);
        let work = move |tx: &mut Tx<'_>| {
            for (name, body) in records {
                let (_, put) = KINDS
                    .iter()
                    .find(|(kind, _)| *kind == name)
                    .ok_or(StoreError::Unexpected)?;
                put(tx, body)?;
            }
            Ok(())
        };
        app.store.write::<_, StoreError, _>(&tenant, now, work).await?;
        Ok(())
    }
}
