//! One connection of a node that hears of other nodes' writes. Only a wake-up: what changed is read from the feed itself.

use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_postgres::{AsyncMessage, Config, NoTls};

use super::sql::{News, Watched, Watcher};

/// Where nodes tell each other.
pub(super) const CHANNEL: &str = "cachebash";

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

/// Keeps a connection that listens, for as long as the runtime lives.
pub(super) async fn listen(config: Config, ear: Arc<Ear>) {
    loop {
        if let Ok((client, mut connection)) = config.connect(NoTls).await {
            let hears = async {
                while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await {
                    if let AsyncMessage::Notification(message) = message {
                        ear.tell(message.payload());
                    }
                }
            };
            let asks = async {
                if client.batch_execute(&format!("LISTEN {CHANNEL}")).await.is_ok() {
                    // What was written while nobody listened.
                    ear.miss();
                    std::future::pending::<()>().await;
                }
            };
            futures_util::future::select(pin!(hears), pin!(asks)).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
