//! Reading a list page by page: one a period, or all of it where somebody waits for it.

use super::ListRead;
use super::fetch::{Fetch, skipped};
use super::standings::Outcome;
use super::turns::{Begun, Place, SoFar, TASK_PARTS, Turn};
use crate::api::{self, Page, Reply, TasksQuery};
use crate::domain::Offers;
use crate::insight::Cause;
use crate::store::SourceKey;

/// Pages of a list that are read at most; a longer one stays partial.
const MOST_PAGES: usize = 10;

/// Tasks on a page, the most that servers give.
const TASKS: u32 = 50;

/// Rows of such a list.
const MOST_ROWS: u32 = 500;

impl Fetch<'_> {
    /// What the server offers. That it does not know the question is an answer.
    pub(super) async fn offers(&mut self) {
        self.requests += 1;
        self.remote.offers = match self.client.capabilities().await {
            Ok(reply) => Some(reply.value),
            Err(api::Error::NoSuchRoute) => Some(Offers::default()),
            // What is known stays; the lists have told what is wrong with the server.
            Err(_) => None,
        };
    }

    /// Reads the next page of a list, or the whole of it. Says whether the server refused for a lasting reason.
    pub(super) async fn turn(&mut self, turn: Turn, begun: &mut Begun, offers: Offers, to_its_end: bool) -> bool {
        let client = self.client;
        match turn {
            Turn::Questions => {
                if begun.questions_whole != offers.questions {
                    begun.questions = None;
                    begun.questions_whole = offers.questions;
                }
                let ask = |place: Place| async move {
                    if offers.questions {
                        client.waiting_questions(place.cursor).await
                    } else {
                        client.question_titles(place.cursor).await
                    }
                };
                let read = self.pages(turn, &mut begun.questions, to_its_end, ask).await;
                self.remote.questions = read.list;
                read.refused
            }
            Turn::Alerts => {
                let ask = |_| client.alerts();
                let read = self.pages(turn, &mut begun.alerts, to_its_end, ask).await;
                self.remote.alerts = read.list;
                read.refused
            }
            Turn::Tasks => {
                let ask = |place: Place| async move {
                    let query = TasksQuery {
                        status: TASK_PARTS.get(place.part).map(|status| (*status).to_owned()),
                        limit: Some(TASKS),
                        cursor: place.cursor,
                        ..TasksQuery::default()
                    };
                    client.tasks(&query).await
                };
                let read = self.pages(turn, &mut begun.tasks, to_its_end, ask).await;
                self.remote.tasks = read.list;
                read.refused
            }
        }
    }

    async fn pages<T: Clone, F: Future<Output = Result<Reply<Page<T>>, api::Error>>>(
        &mut self,
        turn: Turn,
        begun: &mut Option<SoFar<T>>,
        to_its_end: bool,
        ask: impl Fn(Place) -> F,
    ) -> Read<T> {
        let key = SourceKey::of(turn.source());
        if let Some(cause) = self.stopped() {
            self.reported.push((key, Outcome::Failed(cause)));
            return Read::nothing();
        }
        if self.is_spent() {
            return Read::nothing();
        }
        // Whoever waits for a list gets it as it is now.
        let mut so_far = begun.take().filter(|_| !to_its_end).unwrap_or_default();
        loop {
            self.requests += 1;
            let reply = match ask(so_far.place.clone()).await {
                Ok(reply) => reply,
                Err(error) => return self.without(key, so_far.pages > 0, error),
            };
            let at = self.heard(&reply);
            let page = so_far.add(at, reply, turn.parts());
            let at = so_far.at.unwrap_or(at);
            let Some(page) = page else {
                let lacking = if so_far.short {
                    Some(Cause::ShortList { limit: MOST_ROWS })
                } else {
                    skipped(so_far.skipped)
                };
                let whole = lacking.is_none();
                self.good(key, at, lacking);
                let rows = so_far.rows;
                return Read::of(ListRead { at, rows, whole });
            };
            if !to_its_end {
                *begun = Some(so_far);
                let (rows, whole) = (page, false);
                return Read::of(ListRead { at, rows, whole });
            }
        }
    }

    /// What an error means for a list of which some pages may be read.
    fn without<T>(&mut self, key: SourceKey, goes_on: bool, error: api::Error) -> Read<T> {
        let refused = match error {
            // The place is gone; the list begins anew at its next turn.
            api::Error::Refused(_) | api::Error::Invalid { .. } if goes_on => false,
            // An older server, which has no such list: nothing is known of it, and nothing is wrong.
            api::Error::NoSuchRoute => true,
            error => {
                let lasting = matches!(error, api::Error::MissingCapability(_) | api::Error::Forbidden);
                self.failed(key, error);
                lasting
            }
        };
        Read { list: None, refused }
    }
}

/// What reading a list brought.
struct Read<T> {
    list: Option<ListRead<T>>,
    refused: bool,
}

impl<T> Read<T> {
    fn nothing() -> Self {
        Self {
            list: None,
            refused: false,
        }
    }

    fn of(list: ListRead<T>) -> Self {
        Self {
            list: Some(list),
            refused: false,
        }
    }
}

impl<T: Clone> SoFar<T> {
    /// Takes a page in and moves on. Gives the page's rows where there is another one, and nothing at the end.
    fn add(&mut self, at: crate::domain::Timestamp, reply: Reply<Page<T>>, parts: usize) -> Option<Vec<T>> {
        self.at.get_or_insert(at);
        self.pages += 1;
        self.skipped = self.skipped.saturating_add(reply.skipped);
        let Page { rows, next, short } = reply.value;
        self.rows.extend(rows.iter().cloned());
        let is_too_long = self.pages >= MOST_PAGES;
        self.short |= short || (is_too_long && next.is_some());
        match next.filter(|_| !is_too_long) {
            Some(cursor) => self.place.cursor = Some(cursor),
            None if self.place.part + 1 < parts => {
                self.place = Place {
                    part: self.place.part + 1,
                    cursor: None,
                }
            }
            None => return None,
        }
        Some(rows)
    }
}
