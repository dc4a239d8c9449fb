//! A picture of a tenant that is only ever told what changed: it begins empty, reads all there is once, and then follows
//! `/v1/events`, also across a connection that breaks (docs/contract-extensions.md, Events).

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::program::Person;

/// Everything by entity and id, each with the number of its last change, and how far the picture has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    records: BTreeMap<(String, String), (i64, Option<Value>)>,
    cursor: String,
}

impl Picture {
    /// All of one entity, by id.
    pub(crate) fn of(&self, entity: &str) -> BTreeMap<String, Value> {
        self.records
            .iter()
            .filter(|((kind, _), _)| kind == entity)
            .filter_map(|((_, id), (_, record))| Some((id.clone(), record.clone()?)))
            .collect()
    }

    /// Takes one page of changes over; what is known in a newer version stays.
    fn take(&mut self, page: &Value) {
        for change in page["changes"].as_array().unwrap() {
            let text = |name: &str| change[name].as_str().unwrap().to_owned();
            let seq = change["seq"].as_i64().unwrap();
            let kept = self.records.entry((text("entity"), text("id"))).or_default();
            if kept.0 < seq {
                let record = (change["deleted"] != true).then(|| change["record"].clone());
                *kept = (seq, record);
            }
        }
        page["cursor"].as_str().unwrap().clone_into(&mut self.cursor);
    }
}

/// Keeps a picture up to date until it is dropped.
pub(crate) struct Follower {
    who: Person,
    picture: watch::Receiver<Picture>,
    cut: Arc<Notify>,
    following: JoinHandle<()>,
}

impl Follower {
    pub(crate) async fn of(who: Person) -> Self {
        let (tell, mut picture) = watch::channel(Picture::default());
        let cut = Arc::new(Notify::new());
        let following = tokio::spawn(follow(who.clone(), tell, Arc::clone(&cut)));
        picture.wait_for(|picture| !picture.cursor.is_empty()).await.unwrap();
        Self {
            who,
            picture,
            cut,
            following,
        }
    }

    /// The connection breaks.
    pub(crate) fn loses_the_line(&self) {
        self.cut.notify_one();
    }

    /// The picture, once the server says that nothing changed since.
    pub(crate) async fn caught_up(&mut self) -> Picture {
        loop {
            let picture = self.picture.borrow_and_update().clone();
            let path = format!("/v1/sync?cursor={}", picture.cursor);
            let got = self.who.request(Method::GET, &path).send().await.unwrap();
            if got.status() == StatusCode::NO_CONTENT {
                return picture;
            }
            assert_eq!(got.status(), StatusCode::OK);
            self.picture.changed().await.expect("it goes on following");
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.following.abort();
    }
}

async fn follow(who: Person, tell: watch::Sender<Picture>, cut: Arc<Notify>) {
    // Listening before reading, so that nothing can happen in between.
    let mut line = listen(&who, None).await;
    let mut cursor = None;
    loop {
        let mut page = String::from("/v1/sync");
        if let Some(cursor) = &cursor {
            page = format!("/v1/sync?cursor={cursor}");
        }
        let page = who.get(&page).await;
        tell.send_modify(|picture| picture.take(&page));
        cursor = page["cursor"].as_str().map(str::to_owned);
        if page["hasMore"] == false {
            break;
        }
    }
    loop {
        let mut text = String::new();
        loop {
            let chunk = tokio::select! {
                chunk = line.chunk() => chunk,
                () = cut.notified() => Ok(None),
            };
            let Ok(Some(chunk)) = chunk else { break };
            text.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some((event, rest)) = text.split_once("\n\n") {
                if event.lines().any(|line| line == "event: changes") {
                    let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
                    let page: Value = serde_json::from_str(data).unwrap();
                    tell.send_modify(|picture| picture.take(&page));
                }
                text = rest.to_owned();
            }
        }
        let last = tell.borrow().cursor.clone();
        line = listen(&who, Some(&last)).await;
    }
}

async fn listen(who: &Person, last: Option<&str>) -> reqwest::Response {
    let mut request = who.request(Method::GET, "/v1/events");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let line = request.send().await.unwrap();
    assert_eq!(line.status(), StatusCode::OK);
    line
}
