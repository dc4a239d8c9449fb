//! The fleet: for each program the session that speaks for it now.

use cachebash_core::domain::{ProgramId, SessionId, Timestamp};

use super::keys::OWNER_PROGRAM;
use super::{SessionWord, Store, StoreError, Tenant};

/// One program, and the session that speaks for it if it ever had one.
pub(crate) struct FleetRow {
    pub(crate) program: ProgramId,
    pub(crate) current: Option<CurrentSession>,
}

/// What a program's current session says.
pub(crate) struct CurrentSession {
    pub(crate) session: SessionId,
    /// The word that was last sent for the session.
    pub(crate) state: SessionWord,
    /// When the program's own key last wrote the session, or, if it never did, the session's last heartbeat.
    pub(crate) heard_at: Option<Timestamp>,
    pub(crate) last_update: Timestamp,
    pub(crate) context_left: Option<f64>,
    pub(crate) context_used: Option<f64>,
    pub(crate) hand_off_required: bool,
}

impl Store {
    /// Every program that has had a session or holds a key to report one, by id: a program whose agent never started is
    /// one to know about. The tenant's own key is no agent's. A live session speaks for its program before an ended one,
    /// and of two the one heard last.
    pub(crate) async fn fleet(&self, tenant: &Tenant) -> Result<Vec<FleetRow>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |transaction| {
            let mut question = transaction.prepare_cached(
                "SELECT program, id, state, coalesce(heard_at, last_heartbeat), last_update, context_left, context_used,
                        hand_off_required
                 FROM (SELECT *, row_number() OVER (
                           PARTITION BY program
                           ORDER BY state = 'complete', coalesce(heard_at, last_update) DESC, id
                       ) AS place
                       FROM session WHERE tenant = ?1)
                 WHERE place = 1
                 UNION ALL
                 SELECT DISTINCT program, NULL, NULL, NULL, NULL, NULL, NULL, NULL
                 FROM api_key, json_each(api_key.capabilities) AS capability
                 WHERE tenant = ?1 AND revoked_at IS NULL AND capability.value IN ('pulse.write', '*') AND program <> ?2
                   AND NOT EXISTS (SELECT 1 FROM session WHERE session.tenant = ?1 AND session.program = api_key.program)
                 ORDER BY program",
            )?;
            let rows = question.query_map((&tenant.0, OWNER_PROGRAM), |row| {
                let session: Option<String> = row.get(1)?;
                let current = match session {
                    None => None,
                    Some(session) => Some(CurrentSession {
                        session: SessionId::new(session),
                        state: row.get(2)?,
                        heard_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_millis),
                        last_update: Timestamp::from_millis(row.get(4)?),
                        context_left: row.get(5)?,
                        context_used: row.get(6)?,
                        hand_off_required: row.get(7)?,
                    }),
                };
                Ok(FleetRow {
                    program: ProgramId::new(row.get::<_, String>(0)?),
                    current,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// How many sessions have not ended: those updated since `since`, and the others.
    pub(crate) async fn live_sessions(&self, tenant: &Tenant, since: Timestamp) -> Result<(u32, u32), StoreError> {
        let tenant = tenant.clone();
        self.read(move |transaction| {
            Ok(transaction
                .prepare_cached(
                    "SELECT count(*) FILTER (WHERE last_update >= ?2), count(*) FILTER (WHERE last_update < ?2)
                     FROM session WHERE tenant = ?1 AND state <> 'complete'",
                )?
                .query_row((&tenant.0, since.as_millis()), |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
        .await
    }
}
