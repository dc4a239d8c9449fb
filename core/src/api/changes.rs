//! What changed since a cursor, where a server tells it (docs/contract-extensions.md).

use super::calls::{Call, Request, Wrapping};
use super::client::{Client, Reply};
use super::error::Error;
use crate::domain::ChangePage;
use crate::wire;

/// Changes on a page, the most that servers give.
const PAGE: u32 = 1_000;

/// `GET /v1/sync`. Only where offered.
#[derive(Clone, Debug)]
pub struct ChangesSince {
    /// Where to go on; `None` for everything there is.
    pub cursor: Option<String>,
}

impl Call for ChangesSince {
    type Data = wire::ChangesPage;

    fn request(&self) -> Result<Request, Error> {
        let parts = [("cursor", self.cursor.clone()), ("limit", Some(PAGE.to_string()))];
        Ok(Request::get("/v1/sync", &parts))
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::BothOrNothing
    }
}

impl Client {
    /// What changed since a cursor; `None` where nothing did and the cursor stays good.
    ///
    /// # Errors
    /// Any [`Error`]; [`Error::SessionTerminated`] (410) where the server no longer knows what changed since.
    pub async fn changes(&self, cursor: Option<&str>) -> Result<Reply<Option<ChangePage>>, Error> {
        let call = ChangesSince {
            cursor: cursor.map(str::to_owned),
        };
        let reply = self.send(&call).await?;
        if reply.value == wire::ChangesPage::default() {
            return Ok(reply.map(|_| None));
        }
        let page = reply.value.clone().into_page().ok_or(Error::Unreadable)?;
        Ok(reply.map(|_| Some(page)))
    }
}
