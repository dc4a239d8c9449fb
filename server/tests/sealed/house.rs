//! Two tenants with the same ids of everything, and each with a mark of its own in every text.

use cachebash_core::domain::RawKey;
use serde_json::{Value, json};

use crate::support::{NOON, Person, TestServer};

pub(crate) const TENANTS: [&str; 2] = ["home", "next"];

/// The ids that both have.
pub(crate) const IDS: [&str; 9] = [
    "builder",
    "builder.shared",
    "task-shared",
    "claimed-shared",
    "message-shared",
    "question-shared",
    "sprint-shared",
    "story-shared",
    "alert-shared",
];

pub(crate) struct House {
    pub(crate) server: TestServer,
    pub(crate) owners: [Person; 2],
    pub(crate) marks: [&'static str; 2],
    /// Of a further key of each.
    pub(crate) hashes: [String; 2],
}

impl House {
    pub(crate) async fn furnished() -> Self {
        let server = TestServer::in_memory();
        let marks = ["violet-home-mark", "amber-next-mark"];
        let keys = [1, 2, 3, 4].map(|number| RawKey::new(format!("cb_{number:064}")));
        for (place, tenant) in TENANTS.into_iter().enumerate() {
            let (owner, further) = (&keys[place * 2], &keys[place * 2 + 1]);
            let records = furniture(marks[place], owner, further);
            server.server.plant(tenant, records).await.unwrap();
        }
        let owners = [server.with_key(keys[0].reveal()), server.with_key(keys[2].reveal())];
        let hashes = [keys[1].hash().to_string(), keys[3].hash().to_string()];
        Self {
            server,
            owners,
            marks,
            hashes,
        }
    }

    /// Whether the server lists a route for it.
    fn answers(&self, target: &str) -> bool {
        let path = target.split('?').next().unwrap();
        let fits = |template: &str| {
            let mut segments = template.split('/').zip(path.split('/'));
            template.split('/').count() == path.split('/').count()
                && segments.all(|(one, other)| one == other || one.starts_with('{'))
        };
        let routes = self.server.server.routes();
        routes.iter().any(|route| route.method == "GET" && fits(route.path))
    }

    /// All that a tenant can see of its own without changing it.
    pub(crate) async fn seen_by(&self, tenant: usize) -> Vec<(&'static str, String)> {
        let mut seen = Vec::new();
        for target in [
            "/v1/sessions?includeArchived=true&limit=50",
            "/v1/sessions/builder.shared/timeline",
            "/v1/program-state/builder",
            "/v1/program-state/builder/context-history",
            "/v1/keys?includeRevoked=true",
            "/v1/tasks?status=all&limit=50",
            "/v1/tasks/task-shared",
            "/v1/messages/history?source=reviewer&limit=50",
            "/v1/messages/sent?source=reviewer",
            "/v1/interrupts/peek?target=builder",
            "/v1/questions",
            "/v1/questions/question-shared",
            "/v1/sprints/sprint-shared",
            "/v1/programs",
        ] {
            if !self.answers(target) {
                continue;
            }
            let got = self.owners[tenant].get(target).await;
            assert_eq!(got.status, 200, "{target}: {got:?}");
            seen.push((target, got.body["data"].to_string()));
        }
        seen
    }
}

fn furniture(mark: &str, owner: &RawKey, further: &RawKey) -> Vec<(&'static str, Value)> {
    let at = NOON.as_millis() - 1_000;
    let later = NOON.as_millis() + 3_600_000;
    let text = |what: &str| format!("{what} of {mark}");
    let key = |raw: &RawKey, program: &str| {
        json!({"hash": raw.hash(), "program": program, "label": text("label"),
            "capabilities": ["*", "keys.provision"], "createdAt": at, "expiresAt": null, "revokedAt": null})
    };
    let message = |id: &str, kind: &str| {
        json!({"id": id, "source": "reviewer", "target": "builder", "messageType": kind, "text": text("message"),
            "status": "pending", "context": text("context"), "session": "builder.shared", "thread": "thread-shared",
            "ttlSeconds": 3600, "createdAt": at, "expiresAt": later, "alertType": "warning"})
    };
    let task = |id: &str, status: &str, claim: Value| {
        json!({"id": id, "kind": "task", "title": text("title"), "instructions": text("instructions"),
            "action": "queue", "priority": "normal", "status": status, "source": "reviewer", "target": "builder",
            "requiresAction": true, "project": text("project"), "createdAt": at, "claim": claim})
    };
    let plan = json!({"id": "first", "title": text("story"), "wave": 1, "dependencies": [], "complexity": "normal",
        "retryPolicy": "none", "maxRetries": 0});
    vec![
        ("key", key(owner, "legacy")),
        ("key", key(further, "builder")),
        (
            "program",
            json!({"id": "builder", "displayName": text("name"), "role": text("role"), "groups": ["crew"],
                "createdAt": at}),
        ),
        ("program", json!({"id": "reviewer", "createdAt": at})),
        (
            "session",
            json!({"id": "builder.shared", "program": "builder", "name": text("name"), "status": text("status"),
                "state": "working", "progress": 5.0, "project": text("project"), "bornFromUpdate": false,
                "createdAt": at, "lastUpdate": at, "lastHeartbeat": at, "heardAt": at, "completedAt": null,
                "contextLeft": 40.0, "contextUsed": 60.0, "handOffRequired": false}),
        ),
        (
            "session_update",
            json!({"id": "update-shared", "session": "builder.shared", "program": "builder", "at": at,
                "status": text("status"), "state": "working", "progress": 5.0, "contextLeft": 40.0,
                "contextUsed": 60.0, "heartbeat": false}),
        ),
        (
            "program_state",
            json!({"program": "builder", "version": 1, "document": {"programId": "builder", "version": 1,
                "lastUpdatedBy": "builder", "lastUpdatedAt": "2026-11-23T11:59:59.000Z", "sessionId": "builder.shared",
                "contextSummary": {"lastTask": null, "activeWorkItems": [text("item")],
                    "handoffNotes": text("notes"), "openQuestions": []},
                "learnedPatterns": [], "config": {"preferredOutputFormat": null, "toolPreferences": {},
                    "knownQuirks": [], "customSettings": {}},
                "baselines": {"avgTaskDurationMinutes": null, "commonFailureModes": [], "sessionsCompleted": 0,
                    "lastSessionDurationMinutes": null},
                "decay": {"contextSummaryTTLDays": 7, "learnedPatternMaxAge": 30, "maxUnpromotedPatterns": 50,
                    "lastDecayRun": "2026-11-23T11:59:59.000Z", "decayLog": []}}}),
        ),
        (
            "context",
            json!({"program": "builder", "version": 1, "writtenAt": at, "session": "builder.shared",
                "updatedBy": "builder", "context": {"lastTask": null, "activeWorkItems": [text("item")],
                    "handoffNotes": text("notes"), "openQuestions": []}}),
        ),
        ("task", task("task-shared", "created", Value::Null)),
        (
            "task",
            task(
                "claimed-shared",
                "active",
                json!({"by": "builder", "session": "builder.shared", "at": at}),
            ),
        ),
        ("message", message("message-shared", "DIRECTIVE")),
        ("alert", message("alert-shared", "STATUS")),
        (
            "question",
            json!({"id": "question-shared", "asker": "builder", "status": "created",
                "asked": {"question": text("question"), "options": [text("option")], "context": text("context")},
                "encrypt": true, "priority": "normal", "createdAt": at}),
        ),
        (
            "sprint",
            json!({"id": "sprint-shared", "project": text("project"), "branch": text("branch"), "definition": [plan],
                "createdBy": "builder", "createdAt": at}),
        ),
        (
            "story",
            json!({"id": "story-shared", "sprint": "sprint-shared", "place": 0, "plan": plan, "status": "created",
                "createdAt": at}),
        ),
    ]
}
