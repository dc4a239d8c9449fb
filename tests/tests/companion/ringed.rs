//! An account with several keys, on a server that tells them apart.

use std::sync::Arc;

use cachebash_core::companion::{Companion, CompanionError};
use cachebash_core::domain::{AccountId, RawKey};
use cachebash_core::insight::{RingKey, Source};
use cachebash_tests::files::files;
use cachebash_tests::mock_server::{Endpoint, MockServer, Seen};
use serde_json::json;

use crate::scripted::{knows_nothing, said_at, session, sessions, some_key};
use crate::world::{NOON, Phone, new_account};

/// As recorded of the hosted server.
pub const SEALED: &str = "9IIJ9SV/UVAOQv+0+BgC+cMo+PX6pM7vKbaW4ZcqVFV4nELKLkLZQ1U6c0Hacwrt";
pub const OPENED: &str = "Yes – ship it 🚀";

/// Numbered keys, as those of the recorded exchanges: `key(6)` is the one that asked.
pub fn key(number: u8) -> RawKey {
    RawKey::new(format!("cb_{number:0>64}"))
}

/// A server that refuses the account's own key the sessions and program states, and a phone that has another one beside it.
pub struct Ringed {
    pub server: MockServer,
    pub phone: Phone,
    pub companion: Arc<Companion>,
    pub account: AccountId,
}

impl Ringed {
    pub async fn new(script: impl FnOnce(&MockServer)) -> Self {
        let server = MockServer::start().await;
        script(&server);
        let lacks = "Insufficient capability: get_program_state requires \"state.read\" but key has [pulse.read]";
        server
            .when(Endpoint::ListSessions)
            .fails(403, "FORBIDDEN", "Admin access required")
            .to(&some_key());
        for endpoint in [Endpoint::ProgramState, Endpoint::ContextHistory] {
            server
                .when(endpoint)
                .fails(500, "INTERNAL_ERROR", lacks)
                .to(&some_key());
        }
        let rows = [session("builder.auth", "builder", "Migrating", NOON)];
        server.when(Endpoint::ListSessions).answers(200, sessions(NOON, &rows));
        let told =
            json!({"success": true, "answered": true, "response": SEALED, "encrypted": true, "decryptionFailed": true});
        server
            .when(Endpoint::QuestionResponse)
            .answers(200, said_at(NOON, told));
        knows_nothing(&server, NOON);
        let phone = Phone::new();
        let companion = phone.open();
        let account = companion
            .add_account(new_account(server.url(), &some_key()))
            .await
            .unwrap()
            .id;
        Self {
            server,
            phone,
            companion,
            account,
        }
    }

    pub async fn adds(&self, raw: &RawKey) -> Result<RingKey, CompanionError> {
        self.companion
            .add_to_ring(&self.account, raw.clone(), Some("Builder's".to_owned()))
            .await
    }

    pub async fn refreshes(&self) {
        self.companion.refresh(Some(self.account.clone())).await.unwrap();
    }

    /// Who asked for this, in order: the keys' numbers.
    pub fn askers(&self, endpoint: Endpoint) -> Vec<u8> {
        let number = |seen: Seen| {
            seen.header("authorization")
                .unwrap()
                .trim_start_matches("Bearer cb_")
                .parse()
                .unwrap()
        };
        self.server.seen_at(endpoint).into_iter().map(number).collect()
    }

    pub fn own(&self) -> u8 {
        41
    }

    /// What each key of the ring was told of a source.
    pub fn may(&self, source: Source) -> Vec<Option<bool>> {
        may(&self.companion, &self.account, source)
    }
}

pub fn may(companion: &Companion, account: &AccountId, source: Source) -> Vec<Option<bool>> {
    let told = |key: RingKey| {
        key.abilities
            .into_iter()
            .find(|told| told.source == source)
            .map(|told| told.allowed)
    };
    companion.ring(account).unwrap().into_iter().map(told).collect()
}

pub fn is_in_a_file(phone: &Phone, text: &str) -> bool {
    let holds = |bytes: &Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    files(phone.dir.path()).values().any(holds)
}
