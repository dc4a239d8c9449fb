//! What each source last said, as the cache remembers it between two runs.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::changes::Standings;
use super::columns::{millis, time};
use super::{Reader, StoreError};
use crate::domain::{Capability, ProgramId, Span, Timestamp};
use crate::insight::{Cause, Source, SourceReading, Trouble};

/// Which source: program state and messages are one per program, the rest are one per account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceKey {
    /// Where from.
    pub source: Source,
    /// Whose, for those that are one per program.
    pub program: Option<ProgramId>,
}

impl SourceKey {
    /// A source that speaks of the whole account.
    pub const fn of(source: Source) -> Self {
        Self { source, program: None }
    }

    /// One program's state.
    pub const fn state_of(program: ProgramId) -> Self {
        Self {
            source: Source::ProgramState,
            program: Some(program),
        }
    }

    /// The messages to and from one program.
    pub const fn messages_of(program: ProgramId) -> Self {
        Self {
            source: Source::Messages,
            program: Some(program),
        }
    }
}

pub(super) fn write(file: &Transaction<'_>, standings: &Standings) -> Result<(), StoreError> {
    for (key, state) in &standings.sources {
        file.prepare_cached(
            "INSERT INTO source (source, program, as_of, lacking, since, cause) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (source, program) DO UPDATE SET as_of = excluded.as_of, lacking = excluded.lacking,
               since = excluded.since, cause = excluded.cause
             WHERE as_of IS NOT excluded.as_of OR lacking IS NOT excluded.lacking OR since IS NOT excluded.since
               OR cause IS NOT excluded.cause",
        )?
        .execute(params![
            source_word(key.source),
            key.program.as_ref().map_or("", ProgramId::as_str),
            millis(state.as_of),
            state.lacking.as_ref().map(cause_text),
            state.trouble.as_ref().map(|trouble| trouble.since.as_millis()),
            state.trouble.as_ref().map(|trouble| cause_text(&trouble.cause)),
        ])?;
    }
    file.prepare_cached(
        "INSERT INTO clock (one, offset_ms) VALUES (1, ?1)
         ON CONFLICT (one) DO UPDATE SET offset_ms = excluded.offset_ms WHERE offset_ms <> excluded.offset_ms",
    )?
    .execute([standings.offset.as_millis()])?;
    if let Some(cursor) = &standings.cursor {
        file.prepare_cached(
            "INSERT INTO feed (one, cursor) VALUES (1, ?1)
             ON CONFLICT (one) DO UPDATE SET cursor = excluded.cursor WHERE cursor <> excluded.cursor",
        )?
        .execute([cursor])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// What was flushed last: at most a minute before the end of the last run.
    pub(crate) fn standings(&self) -> Result<Standings, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT source, program, as_of, lacking, since, cause FROM source")?;
        let rows = statement.query_map([], |row| {
            let word: String = row.get(0)?;
            let source = source_of(&word).ok_or(rusqlite::Error::InvalidColumnType(0, word, Type::Text))?;
            let program: String = row.get(1)?;
            let key = SourceKey {
                source,
                program: (!program.is_empty()).then(|| ProgramId::new(program)),
            };
            let cause = |column| {
                row.get::<_, Option<String>>(column)
                    .map(|text| text.as_deref().map(cause_of))
            };
            let trouble = time(row, 4)?
                .zip(cause(5)?)
                .map(|(since, cause)| Trouble { since, cause });
            Ok((
                key,
                SourceReading {
                    as_of: time(row, 2)?,
                    lacking: cause(3)?,
                    trouble,
                },
            ))
        })?;
        let sources = rows.collect::<Result<_, _>>()?;
        let offset: Option<i64> = self
            .connection
            .prepare_cached("SELECT offset_ms FROM clock WHERE one = 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let cursor = self
            .connection
            .prepare_cached("SELECT cursor FROM feed WHERE one = 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(Standings {
            sources,
            cursor,
            offset: Span::from_millis(offset.unwrap_or(0)),
        })
    }
}

const fn source_word(source: Source) -> &'static str {
    match source {
        Source::Sessions => "sessions",
        Source::FleetHealth => "fleet_health",
        Source::SessionHistory => "session_history",
        Source::ProgramState => "program_state",
        Source::Keys => "keys",
        Source::Questions => "questions",
        Source::Alerts => "alerts",
        Source::Tasks => "tasks",
        Source::Messages => "messages",
        Source::Groups => "groups",
        Source::Cost => "cost",
        Source::Sprints => "sprints",
    }
}

fn source_of(word: &str) -> Option<Source> {
    Source::ALL.into_iter().find(|source| source_word(*source) == word)
}

/// A word, and after a colon what it needs.
fn cause_text(cause: &Cause) -> String {
    match cause {
        Cause::Offline => "offline".to_owned(),
        Cause::Unauthorized => "unauthorized".to_owned(),
        Cause::Forbidden { capability: None } => "forbidden".to_owned(),
        Cause::Forbidden {
            capability: Some(capability),
        } => format!("forbidden:{capability}"),
        Cause::RateLimited { until } => format!("rate_limited:{}", until.as_millis()),
        Cause::ServerUnavailable => "server_unavailable".to_owned(),
        Cause::Unreadable => "unreadable".to_owned(),
        Cause::ShortList { limit } => format!("short_list:{limit}"),
        Cause::RowsSkipped { count } => format!("rows_skipped:{count}"),
    }
}

fn cause_of(text: &str) -> Cause {
    let (word, rest) = text.split_once(':').unwrap_or((text, ""));
    match word {
        "offline" => Cause::Offline,
        "unauthorized" => Cause::Unauthorized,
        "forbidden" => Cause::Forbidden {
            capability: (!rest.is_empty()).then(|| Capability::new(rest)),
        },
        "rate_limited" => Cause::RateLimited {
            until: Timestamp::from_millis(rest.parse().unwrap_or_default()),
        },
        "server_unavailable" => Cause::ServerUnavailable,
        "short_list" => Cause::ShortList {
            limit: rest.parse().unwrap_or_default(),
        },
        "rows_skipped" => Cause::RowsSkipped {
            count: rest.parse().unwrap_or_default(),
        },
        _ => Cause::Unreadable,
    }
}
