//! Questions: a program asks, a person answers, the first answer stands, and a stolen file tells neither.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};

async fn ask(who: &Person, question: Value) -> String {
    let asked = who.post("/v1/questions", question).await;
    assert_eq!(asked.status, 201);
    asked.done()["questionId"].as_str().unwrap().to_owned()
}

async fn answer(who: &Person, id: &str, response: &str) -> Value {
    who.post(&format!("/v1/questions/{id}/answer"), json!({ "response": response }))
        .await
        .done()
}

#[tokio::test]
async fn a_question_is_read_in_full_and_answered_by_its_owner() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let id = ask(
        &builder,
        json!({"question": "Deploy now? – 日本語", "options": ["yes", "no"], "context": "v2", "priority": "high",
            "threadId": "t1"}),
    )
    .await;
    let read = home.owner().get(&format!("/v1/questions/{id}")).await.done();
    assert_eq!(
        read["question"],
        json!({
            "questionId": id, "question": "Deploy now? – 日本語", "options": ["yes", "no"], "context": "v2",
            "askedBy": "builder", "priority": "high", "status": "created", "encrypted": true, "threadId": "t1",
            "inReplyTo": null, "projectId": null, "createdAt": "2026-11-23T12:00:00.000Z", "answered": false,
            "response": null, "answeredBy": null, "answeredAt": null,
        })
    );
    home.after(Span::from_secs(90));
    let answered = answer(&home.owner(), &id, "Yes – ship it 🚀").await;
    assert_eq!(
        answered,
        json!({"success": true, "questionId": id, "status": "done", "answeredBy": "legacy",
            "answeredAt": "2026-11-23T12:01:30.000Z", "message": format!("Question answered. ID: \"{id}\"")})
    );
    let heard = builder.get(&format!("/v1/questions/{id}/response")).await.done();
    assert_eq!(
        heard,
        json!({"success": true, "answered": true, "response": "Yes – ship it 🚀",
            "answeredAt": "2026-11-23T12:01:30.000Z"})
    );
    let read = home.owner().get(&format!("/v1/questions/{id}")).await.done();
    assert_eq!(read["question"]["answeredBy"], "legacy");
    assert_eq!(read["question"]["response"], "Yes – ship it 🚀");
}

#[tokio::test]
async fn an_answer_survives_the_rotation_of_its_askers_key() {
    let home = TestServer::in_memory();
    let capabilities = ["signal.read", "signal.write", "keys.write"];
    let builder = home.agent_with("builder", &capabilities).await;
    let id = ask(&builder, json!({"question": "Colour?"})).await;
    answer(&home.owner(), &id, "blue").await;
    let rotated = builder.post("/v1/keys/rotate", json!({})).await.done();
    home.after(Span::from_mins(1));
    let renewed = home.with_key(rotated["key"].as_str().unwrap());
    let heard = renewed.get(&format!("/v1/questions/{id}/response")).await.done();
    assert_eq!(heard["response"], "blue");
    assert!(heard.get("decryptionFailed").is_none());
}

#[tokio::test]
async fn the_first_answer_stands_and_the_second_is_told_so() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let id = ask(&builder, json!({"question": "Colour?"})).await;
    let path = format!("/v1/questions/{id}/answer");
    let keyed = json!({"response": "blue", "idempotency_key": "tap-1"});
    let first = home.owner().post(&path, keyed.clone()).await.done();
    home.after(Span::from_secs(5));
    let mut repeat = home.owner().post(&path, keyed).await.done();
    assert_eq!(repeat["idempotent"], true);
    repeat.as_object_mut().unwrap().remove("idempotent");
    assert_eq!(repeat, first);
    let other = json!({"response": "red", "idempotency_key": "tap-1"});
    let other = home.owner().post(&path, other).await;
    assert_eq!((other.failure().0, other.failure().1), (409, "IDEMPOTENCY_KEY_REUSED"));
    let late = home.owner().post(&path, json!({"response": "red"})).await;
    assert_eq!(
        late.failure(),
        (409, "QUESTION_CLOSED", "The question was answered already")
    );
    let heard = builder.get(&format!("/v1/questions/{id}/response")).await.done();
    assert_eq!(heard["response"], "blue");
}

#[tokio::test]
async fn two_who_answer_at_once_get_one_answer_between_them() {
    let home = TestServer::in_memory();
    let id = ask(&home.agent("builder").await, json!({"question": "Colour?"})).await;
    let path = format!("/v1/questions/{id}/answer");
    let (owner, phone) = (home.owner(), home.agent("mobile").await);
    let (one, other) = tokio::join!(
        owner.post(&path, json!({"response": "blue"})),
        phone.post(&path, json!({"response": "red"}))
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let read = owner.get(&format!("/v1/questions/{id}")).await.done();
    let by = if one.status.is_success() { "legacy" } else { "mobile" };
    assert_eq!(read["question"]["answeredBy"], by);
}

#[tokio::test]
async fn a_stranger_may_neither_read_nor_answer_nor_learn_which_questions_there_are() {
    let home = TestServer::in_memory();
    let id = ask(&home.agent("builder").await, json!({"question": "Secret?"})).await;
    let stranger = home.agent_with("reviewer", &["pulse.read", "relay.read"]).await;
    for id in [id.as_str(), "missing"] {
        for (path, tool) in [("", "get_question"), ("/response", "get_response")] {
            let got = stranger.get(&format!("/v1/questions/{id}{path}")).await;
            let sentence = format!(
                "Insufficient capability: {tool} requires \"signal.read\" but key has [pulse.read, relay.read]"
            );
            assert_eq!(got.failure(), (403, "FORBIDDEN", sentence.as_str()));
        }
        let body = json!({"response": "x"});
        let got = stranger.post(&format!("/v1/questions/{id}/answer"), body).await;
        assert_eq!(got.failure().0, 403);
    }
    assert_eq!(stranger.get("/v1/questions").await.done()["questions"], json!([]));
    let waiting = home.owner().get(&format!("/v1/questions/{id}/response")).await.done();
    assert_eq!(waiting["answered"], false);
}

#[tokio::test]
async fn an_asker_reads_its_own_questions_with_nothing_but_the_right_to_ask() {
    let home = TestServer::in_memory();
    ask(&home.agent("builder").await, json!({"question": "Not mine?"})).await;
    let asker = home.agent_with("reviewer", &["signal.write"]).await;
    let id = ask(&asker, json!({"question": "Mine?"})).await;
    let list = asker.get("/v1/questions").await.done();
    assert_eq!(list["count"], 1);
    assert_eq!(list["questions"][0]["question"], "Mine?");
    asker.get(&format!("/v1/questions/{id}")).await.done();
    let waiting = asker.get(&format!("/v1/questions/{id}/response")).await.done();
    assert_eq!(waiting["status"], "created");
}

#[tokio::test]
async fn the_owner_reads_and_answers_whatever_the_owners_key_holds() {
    let home = TestServer::in_memory();
    let id = ask(&home.agent("builder").await, json!({"question": "Colour?"})).await;
    let bare = home.agent_with("legacy", &["pulse.read"]).await;
    assert_eq!(bare.get("/v1/questions").await.done()["count"], 1);
    answer(&bare, &id, "blue").await;
    let reader = home.agent_with("reviewer", &["signal.read"]).await;
    let id = ask(&home.agent("builder").await, json!({"question": "Again?"})).await;
    reader.get(&format!("/v1/questions/{id}")).await.done();
    let got = reader
        .post(&format!("/v1/questions/{id}/answer"), json!({"response": "x"}))
        .await;
    assert_eq!(got.failure().0, 403);
}

#[tokio::test]
async fn the_list_comes_newest_first_in_pages_and_parts() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(ask(&builder, json!({"question": format!("Number {number}?")})).await);
        home.after(Span::from_secs(1));
    }
    answer(&home.owner(), &ids[1], "yes").await;
    ids.reverse();
    let (mut seen, mut target) = (Vec::new(), "/v1/questions?limit=2".to_owned());
    loop {
        let page = home.owner().get(&target).await.done();
        let questions = page["questions"].as_array().unwrap();
        assert_eq!(page["count"], questions.len());
        seen.extend(questions.iter().map(|q| q["questionId"].as_str().unwrap().to_owned()));
        assert_eq!(page["hasMore"], page["cursor"].is_string());
        match page["cursor"].as_str() {
            Some(cursor) => target = format!("/v1/questions?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    for (status, count) in [("created", 4), ("done", 1), ("archived", 0), ("all", 5)] {
        let list = home.owner().get(&format!("/v1/questions?status={status}")).await.done();
        assert_eq!(list["count"], count, "{status}");
    }
    let got = home.owner().get("/v1/questions?status=open&limit=51&cursor=x").await;
    assert_eq!(
        got.issues(),
        [
            ("status", "invalid_value"),
            ("limit", "too_big"),
            ("cursor", "invalid_format")
        ]
    );
}

#[tokio::test]
async fn what_is_no_question_or_no_answer_is_refused_and_nothing_is_kept() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let missing = owner.get("/v1/questions/missing").await;
    assert_eq!(missing.failure(), (404, "NOT_FOUND", "Question not found"));
    let missing = owner
        .post("/v1/questions/missing/answer", json!({"response": "x"}))
        .await;
    assert_eq!(missing.failure(), (404, "NOT_FOUND", "Question not found"));
    assert_eq!(
        owner.get("/v1/questions/missing/response").await.refusal(),
        "Question not found"
    );
    let id = ask(&owner, json!({"question": "Q?"})).await;
    let path = format!("/v1/questions/{id}/answer");
    for (body, code) in [
        (json!({}), "invalid_type"),
        (json!({"response": 7}), "invalid_type"),
        (json!({"response": " "}), "too_small"),
        (json!({"response": "🚀".repeat(1_001)}), "too_big"),
    ] {
        assert_eq!(owner.post(&path, body).await.issues(), [("response", code)]);
    }
    answer(&owner, &id, &"🚀".repeat(1_000)).await;
    let many =
        json!({"question": "x".repeat(2_001), "options": ["a", "b", "c", "d", "e", "f"], "context": "x".repeat(501)});
    assert_eq!(
        owner.post("/v1/questions", many).await.issues(),
        [("question", "too_big"), ("options", "too_big"), ("context", "too_big")]
    );
    assert_eq!(owner.get("/v1/questions").await.done()["count"], 1);
}

#[tokio::test]
async fn the_examples_of_the_document_are_what_is_answered() {
    let document = include_str!("../../docs/contract-extensions.md");
    let section = document
        .split("\n## Questions\n")
        .nth(1)
        .expect("a section on questions");
    let section = section.split("\n## ").next().unwrap();
    let examples: Vec<Value> = section
        .split("```json\n")
        .skip(1)
        .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
        .collect();
    let home = TestServer::in_memory();
    let asked = home.agent("builder").await;
    let id = ask(
        &asked,
        json!({"question": "Deploy v2 to production?", "options": ["yes", "no"], "context": "All checks are green.",
            "priority": "high"}),
    )
    .await;
    let path = format!("/v1/questions/{id}");
    let list = home.owner().get("/v1/questions?status=created").await;
    let one = home.owner().get(&path).await;
    home.after(Span::from_mins(5));
    let body = json!({"response": "yes", "idempotency_key": "tap-1"});
    let answered = home.owner().post(&format!("{path}/answer"), body).await;
    let body = json!({"response": "no"});
    let late = home.owner().post(&format!("{path}/answer"), body).await;
    let missing = home.owner().get("/v1/questions/missing").await;
    let told: Vec<Value> = [list, one, answered, late, missing]
        .into_iter()
        .map(|got| {
            serde_json::from_str(&got.body.to_string().replace(&id, "01a20846fe007d108e85af5f9c51aee2")).unwrap()
        })
        .collect();
    assert_eq!(examples, told);
}

#[tokio::test]
async fn no_file_of_the_server_holds_a_text_that_was_asked_or_answered() {
    let folder = tempfile::tempdir().unwrap();
    let texts = ["walrus-question", "walrus-option", "walrus-context", "walrus-answer"];
    let home = TestServer::in_files(folder.path());
    let builder = home.agent("builder").await;
    for encrypt in [true, false] {
        let id = ask(
            &builder,
            json!({"question": texts[0], "options": [texts[1]], "context": texts[2], "encrypt": encrypt,
                "idempotency_key": format!("ask-{encrypt}")}),
        )
        .await;
        let body = json!({"response": texts[3], "idempotency_key": format!("answer-{encrypt}")});
        home.owner()
            .post(&format!("/v1/questions/{id}/answer"), body)
            .await
            .done();
        let read = builder.get(&format!("/v1/questions/{id}")).await.done();
        assert_eq!(read["question"]["encrypted"], encrypt);
        assert_eq!(read["question"]["response"], texts[3]);
    }
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let found = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    for text in texts {
        assert!(!found(text.as_bytes()), "{text} is in a file");
    }
    // What is not sealed would have been found.
    assert!(found(b"\"builder\""));
}
