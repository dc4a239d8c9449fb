//! `cachebash backup` and `cachebash restore`: all of a server's data in one file, from either database to either.

use std::path::Path;

use cachebash_server::{Backup, Operator, OperatorError, Restoring};
use serde_json::json;

use super::place::Place;
use super::print_line;
use crate::args::{BackupArgs, RestoreArgs};
use crate::failure::{Done, Failure};

/// Writes it, also while the server runs.
pub(super) async fn backup(args: &BackupArgs) -> Done {
    let place = Place::named(&args.place)?;
    let shown = args.file.display();
    if args.file.is_dir() || args.file.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(Failure::usage(format!("{shown} is a folder")).hint("name a file in it that is not there yet"));
    }
    let operator = place.open().await?;
    let backup = operator.back_up(&args.file).await.map_err(|error| match error {
        OperatorError::Target(cause) => Failure::new(format!("{shown} cannot be made: {cause}"))
            .hint("is there such a folder, and may you write in it?"),
        other => place.failure(&other),
    })?;
    print(&backup, &args.file, args.json, "Backed up", "to")?;
    if !args.json {
        eprintln!("The encryption key is not in it: keep a copy of that somewhere else.");
    }
    Ok(())
}

/// Puts it back.
pub(super) async fn restore(args: &RestoreArgs) -> Done {
    let place = Place::named(&args.place)?;
    if !args.file.is_file() {
        return Err(Failure::new(format!("there is no file {}", args.file.display())));
    }
    place.prepare()?;
    let how = Restoring {
        replace: args.force,
        without_questions: args.without_questions,
    };
    let restored = Operator::restore(place.options.clone(), &args.file, how)
        .await
        .map_err(|error| place.failure(&error))?;
    print(&restored, &args.file, args.json, "Restored", "from")
}

fn print(counts: &Backup, file: &Path, as_json: bool, done: &str, way: &str) -> Done {
    let Backup { tenants, records } = counts;
    if as_json {
        return print_line(&json!({ "file": file, "tenants": tenants, "records": records }).to_string());
    }
    print_line(&format!(
        "{done} {records} records of {tenants} tenants {way} {}",
        file.display()
    ))
}
