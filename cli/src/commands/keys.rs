//! `cachebash keys …`: letting agents in and out. A raw key is printed once and stored nowhere but in the secret store.

use cachebash_core::companion::{Account, CompanionError, IssuedKey, KeyRequest, NewKey};
use cachebash_core::domain::{ActionId, Capability, Delivery, KeyHash, ProgramId};
use cachebash_core::insight::KeyFacts;
use serde_json::json;

use super::beginning::the_one;
use super::home::Home;
use super::tenant_keys::TenantKeys;
use super::{acting, ask, json, print_line};
use crate::args::{ClientArgs, KeyCreate, KeyList, KeyRevoke, KeyRotate, KeyShow};
use crate::failure::{Done, Failure};
use crate::surroundings::print_theme;

/// Creates a key: the key alone on standard output, everything about it beside.
pub(super) async fn create(args: &KeyCreate) -> Done {
    let program = args.program.as_deref().or(args.named.as_deref());
    let program = program.ok_or_else(|| Failure::usage("a key is for a program").hint("name it with --program"))?;
    if let Some(tenant) = &args.local.tenant {
        let keys = TenantKeys::open(tenant, &args.local, args.client.data.as_ref()).await?;
        return keys.create(args, program).await;
    }
    let home = Home::of(&args.client).await?;
    let account = home.one_account()?;
    ask::leave(&home, &account, args.client.allow_writes)?;
    let capabilities: Vec<Capability> = args.capabilities.iter().map(Capability::new).collect();
    let new = NewKey {
        program: ProgramId::new(program),
        label: args.label.clone(),
        capabilities: (!capabilities.is_empty()).then_some(capabilities),
        ttl_days: args.ttl_days,
    };
    let request = home
        .companion
        .create_key(&account.id, new)
        .await
        .map_err(|error| home.failure(&error))?;
    match request {
        KeyRequest::Issued { key, action } => {
            print_issued(&home, &args.client, &key)?;
            stored(&home, &account, &action).await
        }
        KeyRequest::Waiting { action } => acting::finish(&home, &args.client, &account, &action).await,
    }
}

/// Prints a key that was made while nobody was there to see it, and says that it is stored now.
pub(super) async fn show(args: &KeyShow) -> Done {
    let home = Home::of(&args.client).await?;
    let view = home
        .companion
        .outbox(home.account.as_ref())
        .map_err(|error| home.failure(&error))?;
    let mut made = view.lines;
    made.retain(|line| matches!(line.entry.delivery, Delivery::Issued { .. }));
    let none = Failure::new("no key waits to be shown").hint("`cachebash keys create` makes one");
    let line = match (&args.id, made.len()) {
        (None, 1) => made.swap_remove(0),
        (None, 0) => return Err(none),
        (None, _) => {
            return Err(Failure::usage("several keys wait to be shown")
                .hint("`cachebash outbox` lists them: name one by the beginning of its id"));
        }
        (Some(id), _) => the_one(made, |line| line.entry.id.as_str(), id, "keys", none)?,
    };
    let account = acting::account_of(&home, &line)?;
    let issued = home
        .companion
        .show_key(&account.id, &line.entry.id)
        .await
        .map_err(|error| home.failure(&error))?;
    print_issued(&home, &args.client, &issued)?;
    stored(&home, &account, &line.entry.id).await
}

/// Whoever reads this has the key now, so that it need not be shown again.
async fn stored(home: &Home, account: &Account, action: &ActionId) -> Done {
    home.companion
        .discard_action(&account.id, action)
        .await
        .map_err(|error| home.failure(&error))
}

fn print_issued(home: &Home, client: &ClientArgs, issued: &IssuedKey) -> Done {
    if client.json {
        return print_line(
            &json!({
                "key": issued.key.reveal(),
                "keyHash": issued.hash.as_str(),
                "program": issued.program.as_ref().map(|program| program.as_str()),
                "label": issued.label,
                "capabilities": issued.capabilities,
                "missingForJob": issued.missing_for_job,
            })
            .to_string(),
        );
    }
    print_line(issued.key.reveal())?;
    eprintln!("This is the only time the key is shown; store it now.");
    for capability in &issued.missing_for_job {
        eprintln!("{}", home.labels.missing_capability(capability));
    }
    if !issued.missing_for_job.is_empty() {
        let can: Vec<String> = issued
            .missing_for_job
            .iter()
            .map(|capability| format!(" --can {capability}"))
            .collect();
        eprintln!("hint: name the rights when creating a key:{}", can.concat());
    }
    Ok(())
}

/// Lists the keys that this key may see.
pub(super) async fn list(args: &KeyList) -> Done {
    if let Some(tenant) = &args.local.tenant {
        let keys = TenantKeys::open(tenant, &args.local, args.client.data.as_ref()).await?;
        return keys.list(args).await;
    }
    let home = Home::of(&args.client).await?;
    let account = home.one_account()?;
    let keys = if home.offline {
        home.companion.known_keys(&account.id)
    } else {
        home.companion.list_keys(&account.id).await
    };
    print(&home, args, &keys.map_err(|error| home.failure(&error))?)
}

fn print(home: &Home, args: &KeyList, keys: &[KeyFacts]) -> Done {
    if args.client.json {
        let mut list = json!({ "keys": keys.iter().map(json::key).collect::<Vec<_>>() });
        if let (true, Some(map)) = (home.offline, list.as_object_mut()) {
            map.insert("asOf".into(), json!(home.overview()?.as_of.map(json::moment)));
        }
        return print_line(&list.to_string());
    }
    let theme = print_theme();
    let overview = home.overview()?;
    let said = crate::tui::said::Said::of(&home.labels, &overview);
    if let (true, Some(notice)) = (home.offline, &overview.notice) {
        print_line(&theme.show(&said.notice(notice)))?;
    }
    for key in keys {
        let print: String = key.hash.as_str().chars().take(8).collect();
        let program = theme.show(key.program.as_str());
        print_line(&format!(
            "{print}  {program:<14} {}  {}",
            theme.show(&key.label),
            theme.show(&said.key_standing(key))
        ))?;
        for note in said.key_notes(key) {
            print_line(&format!("          {}", theme.show(&note)))?;
        }
    }
    if keys.is_empty() {
        print_line("No keys")?;
    }
    Ok(())
}

/// Revokes the one key whose fingerprint begins so.
pub(super) async fn revoke(args: &KeyRevoke) -> Done {
    if let Some(tenant) = &args.local.tenant {
        let keys = TenantKeys::open(tenant, &args.local, args.client.data.as_ref()).await?;
        return keys.revoke(args).await;
    }
    let home = Home::of(&args.client).await?;
    let account = home.one_account()?;
    ask::leave(&home, &account, args.client.allow_writes)?;
    let hash = if args.key.len() == 64 {
        KeyHash::new(args.key.as_str())
    } else {
        named(&home, args).await?
    };
    let question = "This account asks with that key itself, and could not ask any more. Revoke it all the same?";
    if hash == account.key_hash && !args.own && !ask::yes(question)? {
        return Err(Failure::usage("that is the key that this account asks with itself")
            .hint("`cachebash keys rotate` replaces it; --own revokes it all the same"));
    }
    let waits = home
        .companion
        .revoke_key(&account.id, &hash)
        .await
        .map_err(|error| home.failure(&error))?;
    if let Some(action) = waits {
        return acting::finish(&home, &args.client, &account, &action).await;
    }
    if args.client.json {
        return print_line(&json!({ "revoked": hash.as_str() }).to_string());
    }
    print_line(&format!(
        "Revoked {}; it stopped working at once",
        hash.as_str().chars().take(8).collect::<String>()
    ))
}

async fn named(home: &Home, args: &KeyRevoke) -> Done<KeyHash> {
    let account = home.one_account()?;
    if args.key.starts_with("cb_") {
        return Err(Failure::usage("that is a key itself, not its fingerprint")
            .hint("`cachebash keys list` shows fingerprints; keep keys out of command lines"));
    }
    let keys = match home.companion.list_keys(&account.id).await {
        // What was read before tells the fingerprint, and the outbox keeps what is asked for.
        Err(CompanionError::Offline) => home.companion.known_keys(&account.id),
        other => other,
    };
    let keys = keys.map_err(|error| home.failure(&error))?;
    let none = Failure::new("no key has that fingerprint").hint("`cachebash keys list` shows those there are");
    let key = the_one(keys, |key| key.hash.as_str(), &args.key, "keys", none)?;
    Ok(key.hash)
}

/// Replaces this account's own key. The new one is stored before the old one is of no use.
pub(super) async fn rotate(args: &KeyRotate) -> Done {
    let home = Home::of(&args.client).await?;
    let account = home.one_account()?;
    if home.is_passing() && !args.show {
        return Err(
            Failure::usage("the new key would be lost: nothing is stored of this account")
                .hint("print it with --show, or rotate a stored account"),
        );
    }
    ask::leave(&home, &account, args.client.allow_writes)?;
    let request = home
        .companion
        .rotate_key(&account.id)
        .await
        .map_err(|error| home.failure(&error))?;
    let (issued, action) = match request {
        KeyRequest::Issued { key, action } => (key, action),
        KeyRequest::Waiting { action } => return acting::finish(&home, &args.client, &account, &action).await,
    };
    let shown = args.show.then(|| issued.key.reveal());
    if args.client.json {
        print_line(&json!({ "keyHash": issued.hash.as_str(), "label": issued.label, "key": shown }).to_string())?;
    } else if let Some(key) = shown {
        print_line(key)?;
    }
    stored(&home, &account, &action).await?;
    if args.client.json {
        return Ok(());
    }
    eprintln!(
        "The key of {} was replaced; the old one works for at most 30 s more.",
        account.label
    );
    Ok(())
}
