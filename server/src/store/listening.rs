//! One connection of a node that hears of other nodes' writes. Only a wake-up: what changed is read from the feed itself.

use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

use super::sql::{News, Watched, Watcher};

/// Where nodes tell each other.
pub(super) const CHANNEL: &str = "cachebash";

/// Held by every node that serves, together with the others, and alone by whoever replaces all data.
pub(super) const SERVING_LOCK: i64 = 0x6361_6368_6562_6174;

/// A look around is due after so much silence: a notification may be lost with its connection.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Between two tries to connect.
const PAUSE: Duration = Duration::from_millis(250);

/// More than this is not told one by one.
const MOST_NEWS: usize = 1_000;

/// What was heard and not yet passed on.
#[derive(Default)]
pub(super) struct Ear {
    heard: Mutex<Heard>,
    woken: Condvar,
}

#[derive(Default)]
struct Heard {
    news: Vec<News>,
    /// Something was missed.
    missed: bool,
    closed: bool,
}

impl Ear {
    fn tell(&self, payload: &str) {
        let mut heard = self.lock();
        match serde_json::from_str(payload) {
            Ok(news) if heard.news.len() < MOST_NEWS => heard.news.push(news),
            _ => heard.missed = true,
        }
        self.woken.notify_one();
    }

    fn miss(&self) {
        self.lock().missed = true;
        self.woken.notify_one();
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.woken.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher for Arc<Ear> {
    fn wait(&mut self) -> Watched {
        let silent = |heard: &mut Heard| heard.news.is_empty() && !heard.missed && !heard.closed;
        let (mut heard, silence) = self
            .woken
            .wait_timeout_while(self.lock(), LOOK_EVERY, silent)
            .unwrap_or_else(PoisonError::into_inner);
        let news = std::mem::take(&mut heard.news);
        let missed = std::mem::take(&mut heard.missed);
        if heard.closed {
            Watched::Closed
        } else if missed || silence.timed_out() {
            Watched::Something
        } else {
            Watched::News(news)
        }
    }
}

/// A node's connection of its own.
pub(super) struct Listener {
    pub(super) config: Config,
    pub(super) ear: Arc<Ear>,
    /// Whether it holds, as long as it lives, what keeps others from replacing all data.
    pub(super) serves: bool,
}

impl Listener {
    /// Keeps it for as long as the runtime lives. Tells whether it may serve: somebody may be replacing all data.
    pub(super) async fn listen(self, may_serve: oneshot::Sender<bool>) {
        let mut may_serve = Some(may_serve);
        loop {
            if let Ok((client, mut connection)) = self.config.connect(NoTls).await {
                let hears = async {
                    while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await
                    {
                        if let AsyncMessage::Notification(message) = message {
                            self.ear.tell(message.payload());
                        }
                    }
                };
                let asks = async {
                    if self.begin(&client, &mut may_serve).await.is_ok() {
                        std::future::pending::<()>().await;
                    }
                };
                futures_util::future::select(pin!(hears), pin!(asks)).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn begin(
        &self,
        client: &Client,
        may_serve: &mut Option<oneshot::Sender<bool>>,
    ) -> Result<(), tokio_postgres::Error> {
        if self.serves {
            self.hold(client, may_serve).await?;
        }
        client.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
        // What was written while nobody listened.
        self.ear.miss();
        Ok(())
    }

    /// Holds the lock of those who serve, for as long as the connection lives.
    async fn hold(
        &self,
        client: &Client,
        may_serve: &mut Option<oneshot::Sender<bool>>,
    ) -> Result<(), tokio_postgres::Error> {
        if may_serve.is_some() {
            let row = client
                .query_one("SELECT pg_try_advisory_lock_shared($1)", &[&SERVING_LOCK])
                .await?;
            let got = row.try_get(0)?;
            if let Some(told) = may_serve.take() {
                // Whoever waited no longer is gone with the whole store.
                let _ = told.send(got);
            }
        } else {
            // It served before and lost its connection. It looks around once whoever is alone now is done.
            client
                .query_one("SELECT pg_advisory_lock_shared($1)", &[&SERVING_LOCK])
                .await?;
        }
        Ok(())
    }
}
