//! What is looked up when somebody opens the page that shows it: sprints, the register of programs, how full a context was.

use super::calls::{Call, Request, Wrapping};
use super::client::{Client, Reply};
use super::error::Error;
use crate::domain::{ContextMeasured, RegisteredProgram, SessionId, Sprint};
use crate::wire;

/// `GET /v1/sprints/active`
#[derive(Clone, Copy, Debug)]
pub struct ActiveSprintsNow;

impl Call for ActiveSprintsNow {
    type Data = wire::ActiveSprints;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get("/v1/sprints/active", &[]))
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::Outer
    }
}

/// `GET /v1/programs`, which the hosted server does not have: there it is a tool.
#[derive(Clone, Copy, Debug)]
pub struct RegisterOfPrograms;

impl Call for RegisterOfPrograms {
    type Data = wire::ProgramsPage;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get("/v1/programs", &[]))
    }
}

/// `GET /v1/metrics/context-utilization` of one session.
#[derive(Clone, Debug)]
pub struct ContextUseOf(pub SessionId);

impl Call for ContextUseOf {
    type Data = wire::ContextUse;

    fn request(&self) -> Result<Request, Error> {
        let parts = [
            ("sessionId", Some(self.0.as_str().to_owned())),
            ("period", Some("this_week".to_owned())),
        ];
        Ok(Request::get("/v1/metrics/context-utilization", &parts))
    }
}

impl Client {
    /// Sprints that are under way, at most ten. Needs an admin key on the hosted server.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn active_sprints(&self) -> Result<Reply<Vec<Sprint>>, Error> {
        let reply = self.send(&ActiveSprintsNow).await?;
        reply.rows(|page| (page.sprints, page.count), wire::SprintRow::into_sprint)
    }

    /// The register of programs, where it has a route.
    ///
    /// # Errors
    /// Any [`Error`]; [`Error::NoSuchRoute`] on the hosted server.
    pub async fn programs(&self) -> Result<Reply<Vec<RegisteredProgram>>, Error> {
        let reply = self.send(&RegisterOfPrograms).await?;
        reply.rows(|page| (page.programs, page.count), wire::ProgramEntryRow::into_program)
    }

    /// How full a session's context was over the week, oldest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn context_use(&self, session: &SessionId) -> Result<Reply<Vec<ContextMeasured>>, Error> {
        let reply = self.send(&ContextUseOf(session.clone())).await?;
        let mut reply = reply.rows(
            |page| (page.context_history, page.count),
            wire::ContextUseRow::into_measured,
        )?;
        reply.value.sort_by_key(|measured| measured.at);
        Ok(reply)
    }
}
