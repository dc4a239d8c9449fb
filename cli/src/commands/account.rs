//! `cachebash account …`: which servers and keys this machine knows.

use std::io::IsTerminal;

use cachebash_core::companion::{Account, CompanionError, NewAccount};
use cachebash_core::domain::RawKey;
use cachebash_core::insight::Ability;
use cachebash_core::pairing::Pairing;
use serde_json::json;

use super::home::{Home, find, key_from, no_plain_http};
use super::{ask, json, print_line};
use crate::args::{AccountAdd, AccountAllow, AccountName, AccountRights, AccountUse, Stored};
use crate::failure::{Done, Failure};
use crate::surroundings::data_dir;

/// Asks for whatever was not given, asks the server whether it accepts the key, and keeps both.
pub(super) async fn add(args: &AccountAdd) -> Done {
    let home = Home::open(data_dir(args.stored.data.as_ref())?, args.allow_plain_http, false)?;
    let (server, key) = match &args.key_env {
        Some(variable) => (args.server.clone(), key_from(variable)?),
        None => pasted(args)?,
    };
    if server.is_none() && !args.yes {
        let public = cachebash_core::pairing::PUBLIC_SERVER;
        if !ask::yes(&format!("This key names no server. Connect to {public}?"))? {
            return Err(Failure::new("nothing was sent")
                .hint("name the server with --server URL, or add --yes for the public one"));
        }
    }
    if let Some(server) = &server {
        no_plain_http(server, args.allow_plain_http)?;
    }
    let before = home.accounts()?;
    let new = NewAccount {
        server,
        key,
        label: args.label.clone(),
    };
    let account = home.companion.add_account(new).await.map_err(|error| match error {
        CompanionError::Unauthorized => {
            Failure::new(home.labels.error(&error)).hint("is it the key of this very server, and not revoked?")
        }
        other => home.failure(&other),
    })?;
    let known = before.iter().any(|old| old.id == account.id);
    let account = match &args.label {
        Some(label) if *label != account.label => home
            .companion
            .rename_account(&account.id, label.clone())
            .map_err(|error| home.failure(&error))?,
        _ => account,
    };
    let account = if args.allow_writes {
        home.companion
            .allow_writes(&account.id, true)
            .map_err(|error| home.failure(&error))?
    } else {
        account
    };
    if args.stored.json {
        return print_line(&json::account(&account, home.in_use().as_ref()).to_string());
    }
    print_line(&format!(
        "{} {} ({}){}",
        if known { "Already known:" } else { "Added" },
        account.label,
        account.server,
        standing(&account)
    ))
}

/// A pairing link or a bare key, from the keyboard or from a pipe.
fn pasted(args: &AccountAdd) -> Done<(Option<String>, RawKey)> {
    let typed = ask::secret("Pairing link or key (it is not shown):")?;
    if typed.is_empty() {
        return Err(Failure::usage("nothing was entered")
            .hint("paste a pairing link or a key, or name a variable with --key-env"));
    }
    // A bare key names no server: the public one is asked about before anything is sent.
    let bare = typed.trim_start().starts_with("cb_");
    match Pairing::parse(&typed) {
        Ok(Pairing { server, key, .. }) => Ok((args.server.clone().or((!bare).then_some(server)), key)),
        Err(error) => {
            Err(Failure::usage(error.to_string()).hint("a pairing link begins with cachebash://pair, a key with cb_"))
        }
    }
}

/// Prints what is stored.
pub(super) fn list(args: &Stored) -> Done {
    let folder = data_dir(args.data.as_ref())?;
    // To list is not to make: a folder that is only mistyped stays unmade.
    if !folder.is_dir() {
        return if args.json {
            print_line(&json!({ "accounts": [] }).to_string())
        } else if std::io::stdout().is_terminal() {
            print_line("No accounts yet. Add one with `cachebash account add`.")
        } else {
            Ok(())
        };
    }
    let home = Home::open(folder, false, false)?;
    let accounts = home.accounts()?;
    let used = home.in_use();
    if args.json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|account| json::account(account, used.as_ref()))
            .collect();
        return print_line(&json!({ "accounts": accounts }).to_string());
    }
    if accounts.is_empty() && std::io::stdout().is_terminal() {
        return print_line("No accounts yet. Add one with `cachebash account add`.");
    }
    for account in &accounts {
        let mark = if used.as_ref() == Some(&account.id) { '*' } else { ' ' };
        let print: String = account.key_hash.as_str().chars().take(8).collect();
        let label = crate::tui::text::tame(&account.label);
        print_line(&format!(
            "{mark} {label}  {}  key {print}  {}{}",
            account.server,
            account.id,
            standing(account)
        ))?;
    }
    Ok(())
}

/// Chooses what is shown by default.
pub(super) fn choose(args: &AccountUse) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let chosen = args.account.as_deref().map(|name| find(&accounts, name)).transpose()?;
    home.choose(chosen.map(|account| &account.id))?;
    if args.stored.json {
        return print_line(&json!({ "inUse": chosen.map(|account| account.id.as_str()) }).to_string());
    }
    print_line(&chosen.map_or_else(
        || "Showing all accounts".to_owned(),
        |account| format!("Showing {}", account.label),
    ))
}

/// Forgets an account.
pub(super) async fn remove(args: &AccountName) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let account = find(&accounts, &args.account)?;
    let undone = home
        .companion
        .outbox(Some(&account.id))
        .map_err(|error| home.failure(&error))?;
    if let Some(undone) = home.labels.not_delivered(&undone.lines).filter(|_| !args.yes) {
        return Err(
            Failure::new(format!("{undone}: that would be lost with {}", account.label))
                .hint("`cachebash outbox` sends and shows it; --yes removes the account all the same"),
        );
    }
    home.companion
        .remove_account(&account.id)
        .await
        .map_err(|error| home.failure(&error))?;
    if home.in_use().as_ref() == Some(&account.id) {
        home.choose(None)?;
    }
    if args.stored.json {
        return print_line(&json!({ "removed": account.id.as_str() }).to_string());
    }
    print_line(&format!("Removed {}: its keys, its rows, its history", account.label))
}

/// Allows writes, or takes that back.
pub(super) fn allow_writes(args: &AccountAllow) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let account = find(&accounts, &args.account)?;
    let account = home
        .companion
        .allow_writes(&account.id, !args.off)
        .map_err(|error| home.failure(&error))?;
    if args.stored.json {
        return print_line(&json::account(&account, home.in_use().as_ref()).to_string());
    }
    print_line(&if account.writes_allowed {
        format!("This machine may act for you on {}", account.label)
    } else {
        format!("{} is read only here", account.label)
    })
}

/// Prints what may be read over it.
pub(super) fn rights(args: &AccountRights) -> Done {
    let home = Home::stored(&args.stored)?;
    let accounts = home.accounts()?;
    let account = find(&accounts, &args.account)?;
    let told = home.companion.abilities(&account.id);
    let told = told.map_err(|error| home.failure(&error))?;
    let source = |ability: &Ability| home.labels.source_name(ability.source);
    if args.stored.json {
        let rights = told.iter().map(|ability| super::ring::right(&home, ability));
        return print_line(&json!({ "rights": rights.collect::<Vec<_>>() }).to_string());
    }
    if told.is_empty() {
        return print_line("Nothing is known yet: this server was not asked for anything.");
    }
    for ability in &told {
        let may = match (ability.allowed, &ability.missing) {
            (true, _) => "yes".to_owned(),
            (false, Some(capability)) => format!("no, the key lacks {capability}"),
            (false, None) => "no, admins only".to_owned(),
        };
        print_line(&format!("{:<16} {may}", source(ability)))?;
    }
    Ok(())
}

fn standing(account: &Account) -> &'static str {
    if account.writes_allowed { "" } else { ", read only" }
}
