//! Every recorded exchange goes through the real client.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use cachebash_tests::exchange::replay_all;

#[tokio::test]
async fn every_recorded_exchange_is_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exchanges");
    let report = replay_all(&folder).await.unwrap();
    assert_eq!(report.failures, []);
    assert_eq!(report.passed(), 226);
    assert!(report.typed > 100, "only {} were typed", report.typed);
}
