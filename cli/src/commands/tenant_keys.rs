//! `cachebash keys … --tenant NAME`: the keys of one tenant, on the data itself. For whoever runs the server, who needs no
//! key to make one; a running server hears of it within a second.

use std::path::PathBuf;

use cachebash_core::domain::ApiKey;
use cachebash_core::insight;
use cachebash_core::wire::KeyRow;
use cachebash_server::{Clock, Operator, SystemClock};
use serde_json::{Map, Value, json};

use super::beginning::the_one;
use super::place::Place;
use super::{json, print_line};
use crate::args::{KeyCreate, KeyList, KeyRevoke, LocalArgs};
use crate::failure::{Done, Failure};
use crate::surroundings::print_theme;
use crate::words::Labels;

/// One tenant's keys.
pub(super) struct TenantKeys<'a> {
    place: Place,
    operator: Operator,
    tenant: &'a str,
}

impl<'a> TenantKeys<'a> {
    /// Opens the data that the arguments name.
    pub(super) async fn open(tenant: &'a str, args: &LocalArgs, data: Option<&PathBuf>) -> Done<Self> {
        let place = Place::local(args, data)?;
        let operator = place.open().await?;
        Ok(Self {
            place,
            operator,
            tenant,
        })
    }

    async fn call(&self, tool: &str, asked: Value) -> Done<Value> {
        let asked: Map<String, Value> = asked.as_object().cloned().unwrap_or_default();
        let answer = self.operator.call(self.tenant, tool, asked).await;
        answer.map_err(|error| self.place.failure(&error))
    }

    /// Creates a key: the key alone on standard output.
    pub(super) async fn create(&self, args: &KeyCreate, program: &str) -> Done {
        let mut asked = json!({ "programId": program, "label": args.label });
        if !args.capabilities.is_empty() {
            asked["capabilities"] = json!(args.capabilities);
        }
        if let Some(days) = args.ttl_days {
            asked["ttlDays"] = json!(days);
        }
        let made = self.call("create_key", asked).await?;
        if args.client.json {
            return print_line(
                &json!({
                    "tenant": self.tenant,
                    "key": made["key"],
                    "keyHash": made["keyHash"],
                    "program": made["programId"],
                    "label": made["label"],
                    "capabilities": made["capabilities"],
                })
                .to_string(),
            );
        }
        print_line(made["key"].as_str().unwrap_or_default())?;
        eprintln!("This is the only time the key is shown; store it now.");
        Ok(())
    }

    async fn all(&self) -> Done<Vec<ApiKey>> {
        let answer = self.call("list_keys", json!({ "includeRevoked": true })).await?;
        let rows: Vec<KeyRow> = serde_json::from_value(answer["keys"].clone())?;
        Ok(rows.into_iter().rev().filter_map(KeyRow::into_key).collect())
    }

    /// Lists all keys, newest first.
    pub(super) async fn list(&self, args: &KeyList) -> Done {
        let keys = self.all().await?;
        if args.client.json {
            let rows: Vec<Value> = keys.iter().map(|key| json::key(&insight::key_facts(key))).collect();
            return print_line(&json!({ "tenant": self.tenant, "keys": rows }).to_string());
        }
        let (labels, theme, now) = (Labels::here(), print_theme(), SystemClock.now());
        for key in &keys {
            let print: String = key.hash.as_str().chars().take(8).collect();
            let program = theme.show(key.program.as_str());
            let standing = if key.active {
                labels.key_used(key.last_used_at, now, true)
            } else {
                labels.revoked(key.revoked_at, now)
            };
            print_line(&format!(
                "{print}  {program:<14} {}  {standing}",
                theme.show(&key.label)
            ))?;
        }
        if keys.is_empty() {
            print_line("No keys")?;
        }
        Ok(())
    }

    /// Revokes the one key whose fingerprint begins so.
    pub(super) async fn revoke(&self, args: &KeyRevoke) -> Done {
        let none = Failure::new("no key has that fingerprint").hint("`cachebash keys list` shows those there are");
        let key = the_one(self.all().await?, |key| key.hash.as_str(), &args.key, "keys", none)?;
        let hash = key.hash;
        self.call("revoke_key", json!({ "keyHash": hash.as_str() })).await?;
        if args.client.json {
            return print_line(&json!({ "revoked": hash.as_str() }).to_string());
        }
        let print: String = hash.as_str().chars().take(8).collect();
        print_line(&format!("Revoked {print}; it stopped working at once"))
    }
}
