//! A call of a tool, from whichever door: what stands before every one, and what becomes of it.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use cachebash_core::domain::Timestamp;
use serde_json::Value;

use super::App;
use super::ready::{Moment, Question};
use crate::caller::Caller;
use crate::limiter::Allowance;
use crate::refusal::Refusal;
use crate::tools::{Arguments, Entry, Outcome, Repeatable, Work};

/// How a call came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    /// Not counted against the key's limits (contract section 9).
    pub(crate) unlimited: bool,
    /// The idempotency key, where it came beside the arguments.
    pub(crate) idempotency_key: Option<String>,
    /// Where to say what the key still may, for those who tell it.
    pub(crate) allowance: Option<Arc<OnceLock<Allowance>>>,
}

impl App {
    /// Calls a tool for a caller.
    pub(crate) async fn call(&self, caller: &Caller, entry: &Entry, arguments: Arguments, manner: Manner) -> Outcome {
        let tool = entry.tool;
        let work = self.admit(caller, entry, &arguments, &manner).await?;
        let (tenant, now) = (&caller.tenant, self.now());
        match work {
            Work::Look(work) => self.store.read(tenant, now, work).await,
            Work::Act(work) => match Repeatable::of(&tool, caller, &arguments, manner.idempotency_key)? {
                None => self.store.write(tenant, now, work).await,
                Some(repeatable) => self.store.write(tenant, now, move |tx| repeatable.run(tx, work)).await,
            },
        }
    }

    /// Calls a tool that only looks, and whose answer is the same for everyone of the tenant who may call it: the whole
    /// reply, as it was written before where that is still true.
    pub(crate) async fn repeat(
        &self,
        caller: &Caller,
        entry: &Entry,
        arguments: Arguments,
        manner: Manner,
        write: fn(Value, Timestamp) -> Bytes,
    ) -> Result<Bytes, Refusal> {
        let Work::Look(work) = self.admit(caller, entry, &arguments, &manner).await? else {
            return Err(Refusal::Internal);
        };
        let (tenant, now) = (&caller.tenant, self.now());
        let question = Question::new(caller, &entry.tool, &arguments);
        let moment = Moment::of(&self.store, tenant, now).await?;
        if let Some(reply) = self.ready.find(&question, moment) {
            return Ok(reply);
        }
        let found = self.store.read(tenant, now, |view| {
            let version = view.feed()?.seq;
            Ok::<_, Refusal>((work(view)?, version))
        });
        let (data, version) = found.await?;
        let reply = write(data, now);
        self.ready.keep(question, moment.with_version(version), reply.clone());
        Ok(reply)
    }

    /// What stands before every call: limits, capability, validation.
    async fn admit(
        &self,
        caller: &Caller,
        entry: &Entry,
        arguments: &Arguments,
        manner: &Manner,
    ) -> Result<Work, Refusal> {
        let tool = entry.tool;
        if !manner.unlimited {
            let admitted = self.limiter.admit(&self.store, &caller.key, &tool, self.now()).await;
            let allowance = match &admitted {
                Ok(allowance) => *allowance,
                Err(Refusal::TooOften { limit }) => Some(Allowance {
                    limit: *limit,
                    remaining: 0,
                }),
                Err(_) => None,
            };
            if let (Some(told), Some(allowance)) = (&manner.allowance, allowance) {
                // Said once for each call.
                let _ = told.set(allowance);
            }
            admitted?;
        }
        if !tool.judges_callers {
            caller.holds(&tool)?;
        }
        entry.prepare(caller, arguments)
    }
}
