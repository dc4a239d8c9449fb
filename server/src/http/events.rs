//! `GET /v1/events`: the pages of sync, sent when they come to be (docs/contract-extensions.md).
//!
//! A stream keeps its place in the feed and nothing else: the store only wakes it, and what changed is read from the feed.
//! So a slow reader costs no memory, a lost wake-up loses nothing, and ten thousand idle streams fit in a small machine.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use super::request::arguments;
use crate::app::App;
use crate::caller::Caller;
use crate::feed::{self, Cursor, ON_A_PAGE, Page};
use crate::metrics::OpenStream;
use crate::refusal::{Issue, Refusal};
use crate::rules::validation::{Fields, FromFields, checked, schema_of};
use crate::tools::Tool;

/// After so long without a word a stream says that it is alive.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(30);
/// What comes within this time is one event.
const GATHERING: Duration = Duration::from_millis(50);
/// When a client that lost the stream should come back, in milliseconds.
const RETRY: u32 = 1_000;

const EVENTS: Tool = Tool::new("", "events", "", "Hear of changes as they happen");

struct From(Option<Cursor>);

impl FromFields for From {
    fn read(fields: &mut Fields<'_>) -> Self {
        From(super::sync::cursor(fields))
    }
}

/// What may be asked.
pub(super) fn arguments_schema() -> Value {
    schema_of::<From>()
}

pub(super) async fn events(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Refusal> {
    let now = app.now();
    app.limiter.admit(&app.store, &caller.key, &EVENTS, now).await?;
    let resumed = last_event_id(&request)?;
    let From(asked) = checked(&arguments(request, &[]).await?)?;
    // Before the feed is looked at, so that nothing falls between.
    let heard = app.store.subscribe(&caller.tenant);
    let (reader, from) = (caller.clone(), resumed.or(asked));
    let (cursor, behind) = app
        .store
        .read(&caller.tenant, now, move |view| {
            let feed = view.feed()?;
            let present = feed::present(view, &reader)?;
            let cursor = from.unwrap_or_else(|| present.clone());
            feed::check(&feed, &reader, &cursor)?;
            let behind = cursor.seq < present.seq;
            Ok::<_, Refusal>((cursor, behind))
        })
        .await?;
    let listening = Listening {
        _counted: app.metrics.stream_opened(),
        app,
        caller,
        heard,
        told: cursor.seq,
        cursor,
        step: Step::Greet { behind },
        quiet_since: Instant::now(),
    };
    let mut response = Response::new(Body::from_stream(stream::unfold(listening, Listening::next)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Some front ends would gather the events until there are many.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Where a client that lost its stream had come to.
fn last_event_id(request: &Request) -> Result<Option<Cursor>, Refusal> {
    let Some(value) = request.headers().get("last-event-id").filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let cursor = value.to_str().ok().and_then(|text| text.parse().ok());
    cursor.map(Some).ok_or_else(|| {
        Refusal::Invalid(vec![Issue {
            path: "cursor".to_owned(),
            message: "Invalid cursor".to_owned(),
            code: "invalid_format",
        }])
    })
}

/// One open stream.
struct Listening {
    app: App,
    caller: Caller,
    heard: watch::Receiver<i64>,
    cursor: Cursor,
    /// The last place the client was told of.
    told: i64,
    step: Step,
    quiet_since: Instant,
    _counted: OpenStream,
}

#[derive(Clone, Copy)]
enum Step {
    Greet { behind: bool },
    Read,
    Wait,
}

type Piece = Result<Bytes, Infallible>;

impl Listening {
    /// The next piece of the stream. `None`: it is over.
    async fn next(mut self) -> Option<(Piece, Self)> {
        loop {
            match self.step {
                Step::Greet { behind } => {
                    self.step = if behind { Step::Read } else { Step::Wait };
                    let cursor = self.cursor.to_string();
                    let greeting =
                        format!("retry: {RETRY}\nevent: ready\nid: {cursor}\ndata: {{\"cursor\":\"{cursor}\"}}\n\n");
                    return Some(self.say(greeting));
                }
                Step::Read => {
                    let page = self.read().await?;
                    let has_more = page.as_ref().is_some_and(|page| page.has_more);
                    self.step = if has_more { Step::Read } else { Step::Wait };
                    if let Some(page) = page {
                        self.cursor = page.cursor.clone();
                        if !page.changes.is_empty() {
                            let event = format!("event: changes\nid: {}\ndata: {}\n\n", page.cursor, page.told());
                            return Some(self.say(event));
                        }
                    }
                }
                Step::Wait => {
                    if self.wait().await? {
                        self.step = Step::Read;
                    } else if self.is_welcome().await {
                        let heartbeat = if self.told == self.cursor.seq {
                            ": heartbeat\n\n".to_owned()
                        } else {
                            format!(": heartbeat\nid: {}\n\n", self.cursor)
                        };
                        return Some(self.say(heartbeat));
                    } else {
                        return None;
                    }
                }
            }
        }
    }

    fn say(mut self, text: String) -> (Piece, Self) {
        self.told = self.cursor.seq;
        self.quiet_since = Instant::now();
        (Ok(Bytes::from(text)), self)
    }

    /// True: something changed, and what came with it has gathered. False: it was quiet for long. `None`: it is over.
    async fn wait(&mut self) -> Option<bool> {
        tokio::select! {
            () = self.app.ending.cancelled() => return None,
            heard = self.heard.changed() => heard.ok()?,
            () = tokio::time::sleep_until(self.quiet_since + HEARTBEAT) => return Some(false),
        }
        tokio::select! {
            () = self.app.ending.cancelled() => return None,
            () = tokio::time::sleep(GATHERING) => {}
        }
        self.heard.mark_unchanged();
        Some(true)
    }

    /// Whether the key still opens the door. Where that cannot be found out, the client shall ask again.
    async fn is_welcome(&self) -> bool {
        let now = self.app.now();
        let good = self.app.keys.is_good(&self.app.store, &self.caller.key, now);
        good.await.unwrap_or(false)
    }

    /// What changed since. The outer `None`: the stream is over, and the client learns why when it comes back.
    async fn read(&mut self) -> Option<Option<Page>> {
        let turn = self.app.turns.acquire().await.ok()?;
        if !self.is_welcome().await {
            return None;
        }
        let (reader, after) = (self.caller.clone(), self.cursor.clone());
        let page = self.app.store.read(&self.caller.tenant, self.app.now(), move |view| {
            feed::page(view, &reader, Some(after), ON_A_PAGE)
        });
        let page = page.await.ok()?;
        drop(turn);
        Some(page)
    }
}
