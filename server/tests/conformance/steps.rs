//! What the recording did between two cases without showing it, where a later case shows that it was done.

use serde_json::json;

use super::replay::Day;

/// Does what was done unseen just before a case.
pub(crate) async fn before(day: &Day, case: &str) {
    match case {
        "auth-429-too-many-failures" => too_many_failures(day).await,
        "mcp-rate-limited" => sixty_calls(day, "limited_mcp").await,
        "mcp-rate-tier-after-rotate" => the_new_key_is_used(day).await,
        "mcp-unknown-session-still-works" => a_session_without_an_id(day).await,
        "messages-sent" => a_result_is_sent(day).await,
        "rate-limit-429-key" | "rate-limit-does-not-cover-unread" => sixty_calls(day, "limited").await,
        "rate-limit-429-tool" => ten_tasks(day).await,
        _ => {}
    }
}

async fn too_many_failures(day: &Day) {
    let wrong = day.home.with_header("Bearer cb_wrong");
    for _ in 0..60 {
        assert_eq!(wrong.get("/v1/sessions").await.status, 401);
    }
}

async fn ten_tasks(day: &Day) {
    for number in 0..10 {
        let task = json!({"title": format!("task {number}"), "target": "builder"});
        day.ask("limited", "POST", "/v1/tasks", task).await.done();
    }
}

async fn sixty_calls(day: &Day, who: &str) {
    // As many as a minute has room for, and the burst.
    for _ in 0..70 {
        day.ask(who, "GET", "/v1/sessions?limit=1", json!(null)).await.done();
    }
}

async fn the_new_key_is_used(day: &Day) {
    let new_key = day.ours("Bearer cb_0000000000000000000000000000000000000000000000000000000000001004");
    let person = day.home.with_header(&new_key);
    person
        .patch("/v1/sessions/builder.rot", json!({"status": "new key"}))
        .await
        .done();
}

async fn a_session_without_an_id(day: &Day) {
    day.ask("phone", "POST", "/v1/sessions", json!({"name": "No id"}))
        .await
        .done();
}

async fn a_result_is_sent(day: &Day) {
    let message = json!({"source": "mobile", "target": "builder", "message": "x", "message_type": "RESULT"});
    day.ask("phone", "POST", "/v1/messages", message).await.done();
}
