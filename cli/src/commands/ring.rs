//! `cachebash account keys …`: the keys that this machine holds for an account beside its own.

use cachebash_core::companion::CompanionError;
use cachebash_core::domain::{KeyHash, RawKey};
use cachebash_core::insight::{Ability, RingKey};
use serde_json::{Value, json};

use super::beginning::the_one;
use super::home::{Home, find, key_from};
use super::{ask, json, print_line};
use crate::args::{AccountKeyAdd, AccountKeyRemove, AccountKeyReplace, AccountKeys, AccountKeysCommand};
use crate::failure::{Done, Failure};
use crate::tui::text::tame;

/// Does what was typed.
pub(super) async fn run(command: &AccountKeysCommand) -> Done {
    match command {
        AccountKeysCommand::Add(args) => add(args).await,
        AccountKeysCommand::List(args) => list(args),
        AccountKeysCommand::Remove(args) => remove(args).await,
        AccountKeysCommand::Replace(args) => replace(args).await,
    }
}

async fn add(args: &AccountKeyAdd) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let account = find(&accounts, &args.account)?;
    let key = key_typed(args.key_env.as_deref())?;
    let added = home.companion.add_to_ring(&account.id, key, args.label.clone()).await;
    let added = added.map_err(|error| not_taken(&home, &error))?;
    if args.stored.json {
        return print_line(&line(&home, &added).to_string());
    }
    print_line(&if added.own {
        format!("That is the own key of {}", account.label)
    } else {
        format!(
            "Added {} ({}) to the keys of {}",
            added.label,
            print_of(&added),
            account.label
        )
    })
}

async fn replace(args: &AccountKeyReplace) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let account = find(&accounts, &args.account)?;
    let key = key_typed(args.key_env.as_deref())?;
    let hash = key.hash();
    home.companion
        .replace_key(&account.id, key)
        .await
        .map_err(|error| not_taken(&home, &error))?;
    if args.stored.json {
        return print_line(&json!({ "keyHash": hash.as_str() }).to_string());
    }
    print_line(&format!("{} goes on with the new key", account.label))
}

fn not_taken(home: &Home, error: &CompanionError) -> Failure {
    match error {
        CompanionError::Unauthorized => {
            Failure::new(home.labels.error(error)).hint("is it a key of this very server, and not revoked?")
        }
        other => home.failure(other),
    }
}

fn key_typed(variable: Option<&str>) -> Done<RawKey> {
    variable.map_or_else(pasted, key_from)
}

fn pasted() -> Done<RawKey> {
    let typed = ask::secret("Key (it is not shown):")?;
    if typed.trim().is_empty() {
        return Err(Failure::usage("nothing was entered").hint("paste a key, or name a variable with --key-env"));
    }
    Ok(RawKey::new(typed.trim()))
}

fn list(args: &AccountKeys) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let account = find(&accounts, &args.account)?;
    let keys = home.companion.ring(&account.id).map_err(|error| home.failure(&error))?;
    if args.stored.json {
        let keys: Vec<_> = keys.iter().map(|key| line(&home, key)).collect();
        return print_line(&json!({ "keys": keys }).to_string());
    }
    for key in &keys {
        let what = match (key.own, key.asks) {
            (true, _) => "the account's own",
            (false, true) => "reads what the account's own may not",
            (false, false) => "only opens what was sealed for it",
        };
        print_line(&format!("{}  {}  {what}", print_of(key), tame(&key.label)))?;
        let named = |allowed: bool| {
            let told = key.abilities.iter().filter(|ability| ability.allowed == allowed);
            told.map(|ability| home.labels.source_name(ability.source).to_owned())
                .collect::<Vec<_>>()
                .join(", ")
        };
        for (word, sources) in [("may read", named(true)), ("may not read", named(false))] {
            if !sources.is_empty() {
                print_line(&format!("          {word}: {sources}"))?;
            }
        }
    }
    Ok(())
}

async fn remove(args: &AccountKeyRemove) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let account = find(&accounts, &args.account)?;
    if args.key.starts_with("cb_") {
        return Err(Failure::usage("that is a key itself, not its fingerprint")
            .hint("`cachebash account keys list` shows fingerprints; keep keys out of command lines"));
    }
    let keys = home.companion.ring(&account.id).map_err(|error| home.failure(&error))?;
    let none = Failure::new("no key of this account has that fingerprint")
        .hint("`cachebash account keys list` shows those there are");
    let key = the_one(keys, |key: &RingKey| key.hash.as_str(), &args.key, "keys", none)?;
    if key.own {
        return Err(Failure::new("that is the account's own key")
            .hint("`cachebash account remove` forgets the account and its keys"));
    }
    let hash: &KeyHash = &key.hash;
    home.companion
        .remove_from_ring(&account.id, hash)
        .await
        .map_err(|error| home.failure(&error))?;
    if args.stored.json {
        return print_line(&json!({ "removed": hash.as_str() }).to_string());
    }
    print_line(&format!(
        "Forgot {} ({}); on the server it lives on",
        tame(&key.label),
        print_of(&key)
    ))
}

fn print_of(key: &RingKey) -> String {
    key.hash.as_str().chars().take(8).collect()
}

fn line(home: &Home, key: &RingKey) -> Value {
    json!({
        "keyHash": key.hash.as_str(),
        "label": key.label,
        "own": key.own,
        "asks": key.asks,
        "addedAt": key.added_at.map(json::moment),
        "rights": key.abilities.iter().map(|ability| right(home, ability)).collect::<Vec<_>>(),
    })
}

/// What is known of a right.
pub(super) fn right(home: &Home, ability: &Ability) -> Value {
    json!({
        "source": home.labels.source_name(ability.source),
        "allowed": ability.allowed,
        "learntAt": json::moment(ability.learnt_at),
        "missing": ability.missing.as_ref().map(|capability| capability.as_str()),
    })
}
