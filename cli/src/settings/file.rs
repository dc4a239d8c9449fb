//! The TOML file. What is wrong in it is told by line or by name, and never with the line's text: a password may stand in it.

use std::path::Path;

use clap::Args;
use serde::Deserialize;
use toml::Table;

use super::Settings;
use crate::failure::{Done, Failure};

/// Reads all of it, or says all that is wrong.
pub(super) fn read(file: &Path) -> Done<Settings> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(format!("the settings in {shown} cannot be read: {error}")))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        Failure::usage(format!("{shown} is no TOML, at line {line}"))
    })?;
    let known = names();
    let unknown: Vec<&str> = table
        .keys()
        .map(String::as_str)
        .filter(|name| !known.iter().any(|known| known == name))
        .collect();
    if !unknown.is_empty() {
        return Err(
            Failure::usage(format!("{shown} sets what nobody knows: {}", unknown.join(", ")))
                .hint(format!("there are {}", known.join(", "))),
        );
    }
    for (name, value) in &table {
        let alone = Table::from_iter([(name.clone(), value.clone())]);
        Settings::deserialize(alone)
            .map_err(|error| Failure::usage(format!("{name} in {shown} makes no sense: {}", error.message())))?;
    }
    Settings::deserialize(table).map_err(|error| Failure::usage(format!("{shown}: {}", error.message())))
}

/// Every setting, as a file names it.
pub(super) fn names() -> Vec<String> {
    let flags = Settings::augment_args(clap::Command::new("serve"));
    let ids = flags.get_arguments().map(|flag| flag.get_id().to_string());
    ids.chain(["encryption_key".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use cachebash_server::Limits;

    use super::super::{LimitsWord, LogFormat, LogLevel};
    use super::*;

    fn reading(text: &str) -> Done<Settings> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("server.toml");
        std::fs::write(&file, text).unwrap();
        read(&file)
    }

    #[test]
    fn every_setting_can_stand_in_a_file() {
        let whole = reading(
            "listen = '0.0.0.0:80'\ndata = '/srv'\ndatabase = 'postgres://x'\nencryption_key_file = '/k'\n\
             encryption_key = '00'\npublic_url = 'https://x'\ntls_cert = '/c'\ntls_key = '/k'\nlimits = 600\nwrites_per_commit = 8\n\
             keep_updates = '7d'\nkeep_sessions = 'forever'\nkeep_deletions = '12h'\n\
             log_format = 'json'\nlog_level = 'debug'\n",
        );
        let whole = whole.unwrap();
        assert_eq!(whole.limits, Some(LimitsWord(Limits::PerMinute(600))));
        assert_eq!(
            (whole.log_format, whole.log_level),
            (Some(LogFormat::Json), Some(LogLevel::Debug))
        );
        assert_eq!(reading("limits = 'off'").unwrap().limits, Some(LimitsWord(Limits::Off)));
        assert!(reading("").unwrap().listen.is_none());
    }

    #[test]
    fn what_nobody_knows_is_named_all_of_it_and_nothing_of_a_line_is_repeated() {
        let said = |text| reading(text).unwrap_err().to_string();
        let unknown = said("lisen = 1\nlog_level = 'info'\n[tls]\ncert = 'x'\n");
        assert!(
            unknown.contains("lisen, tls") && unknown.contains("listen, data"),
            "{unknown}"
        );
        let wrong = said("listen = 'nowhere'");
        assert!(wrong.contains("listen in "), "{wrong}");
        let broken = said("listen = '127.0.0.1:1'\ndatabase = postgres://owner:secret@db");
        assert!(broken.contains("line 2") && !broken.contains("secret"), "{broken}");
        let limits = said("limits = 'often'");
        assert!(limits.contains("expected contract, off"), "{limits}");
    }
}
