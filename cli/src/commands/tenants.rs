//! `cachebash tenants …`: who shares a server, each with programs, sessions and keys of their own. Acts on the data
//! itself; a running server hears of it within a second.

use cachebash_server::{Clock, SystemClock, TenantRow};
use serde_json::{Value, json};

use super::place::Place;
use super::{ask, json::moment, print_line};
use crate::args::{TenantAdd, TenantRemove, TenantsList};
use crate::failure::{Done, Failure};
use crate::words::Labels;

/// Adds one: its owner key alone on standard output.
pub(super) async fn add(args: &TenantAdd) -> Done {
    let place = Place::named(&args.place)?;
    let operator = place.open_or_make().await?;
    let key = operator
        .add_tenant(&args.name)
        .await
        .map_err(|error| place.failure(&error))?;
    if args.json {
        let made = json!({ "tenant": args.name, "ownerKey": key.reveal() });
        return place.show_owner_key(&args.name, &format!("{made}\n"));
    }
    place.show_owner_key(&args.name, &format!("{}\n", key.reveal()))?;
    eprintln!(
        "The owner key of {}. This is the only time it is shown; store it now.",
        args.name
    );
    Ok(())
}

/// Lists them, oldest first.
pub(super) async fn list(args: &TenantsList) -> Done {
    let place = Place::named(&args.place)?;
    let operator = place.open().await?;
    let tenants = operator.tenants().await.map_err(|error| place.failure(&error))?;
    if args.json {
        let rows: Vec<Value> = tenants.iter().map(row).collect();
        return print_line(&json!({ "tenants": rows }).to_string());
    }
    let (labels, now) = (Labels::here(), SystemClock.now());
    for tenant in &tenants {
        let since = labels.day_clock(tenant.created_at, now);
        print_line(&format!("{:<24} since {since}", tenant.name))?;
    }
    if tenants.is_empty() {
        print_line("No tenants")?;
    }
    Ok(())
}

fn row(tenant: &TenantRow) -> Value {
    json!({ "tenant": tenant.name, "createdAt": moment(tenant.created_at) })
}

/// Removes one with all that it has, after asking.
pub(super) async fn remove(args: &TenantRemove) -> Done {
    let place = Place::named(&args.place)?;
    let operator = place.open().await?;
    let question = format!(
        "Remove {} with its keys, programs, sessions and messages, for good?",
        args.name
    );
    if !args.yes && !ask::yes(&question)? {
        return Err(Failure::usage("nothing was removed").hint("say yes, or add --yes"));
    }
    operator
        .remove_tenant(&args.name)
        .await
        .map_err(|error| place.failure(&error))?;
    if args.json {
        return print_line(&json!({ "removed": args.name }).to_string());
    }
    print_line(&format!("Removed {}; its keys stopped working at once", args.name))
}

#[cfg(test)]
mod tests {
    use cachebash_core::domain::Timestamp;

    use super::*;

    #[test]
    fn a_tenant_is_told_with_its_date() {
        let tenant = TenantRow {
            name: "acme".to_owned(),
            created_at: Timestamp::from_millis(1_795_435_200_000),
        };
        assert_eq!(
            row(&tenant),
            json!({ "tenant": "acme", "createdAt": "2026-11-23T12:00:00Z" })
        );
    }
}
