//! Whether the database answers, asked at most once a second whoever wants to know.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::store::Store;

/// How long an answer of the database's is good: whoever asks without a key shall not keep it busy.
const GOOD: Duration = Duration::from_secs(1);

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the database answered when it was last asked.
#[derive(Default)]
pub(crate) struct Pulse(Mutex<Option<(Instant, bool)>>);

impl Pulse {
    pub(crate) async fn felt(&self, store: &Store) -> bool {
        // Those who ask meanwhile wait for the same answer.
        let mut last = self.0.lock().await;
        if let Some((at, answers)) = *last
            && at.elapsed() < GOOD
        {
            return answers;
        }
        let answers = tokio::time::timeout(PATIENCE, store.answers()).await.unwrap_or(false);
        *last = Some((Instant::now(), answers));
        answers
    }
}
