//! A tenant's records inside one transaction. A [`View`] only looks; a [`Tx`] also writes, and gives each change the
//! tenant's next number. It holds the tenant's pen from its beginning, so numbers follow the order of commits, whatever
//! the database, and no two writes of one tenant ever see each other half done.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use cachebash_core::domain::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::sql::{Cells, Sql, Stored, cells};
use super::{StoreError, Tenant, World};

/// Something of a tenant's that is stored whole, listed, and followed by clients.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// Its kind, as the feed of changes names it.
    const KIND: &'static str;
    /// Every tag that one may have; the empty one where lists are not split.
    const TAGS: &'static [&'static str] = &[""];
    /// Unique among its kind.
    fn id(&self) -> Cow<'_, str>;
    /// What it hangs on, where lists ask for that.
    fn owner(&self) -> Option<&str> {
        None
    }
    /// Which part of the list it stands in; one of [`Record::TAGS`].
    fn tag(&self) -> &'static str {
        ""
    }
    /// Its place in the list.
    fn rank(&self) -> i64;
}

/// Which records to list, in which order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing<'a> {
    /// Only those that hang on this.
    pub(crate) owner: Option<&'a str>,
    /// Only these parts of the list; none: all of it.
    pub(crate) tags: &'a [&'a str],
    /// Only what comes after this place: a rank and an id.
    pub(crate) after: Option<(i64, &'a str)>,
    /// Lowest rank first; else highest first.
    pub(crate) ascending: bool,
    pub(crate) limit: u32,
}

/// One change as the feed has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) seq: i64,
    pub(crate) kind: String,
    pub(crate) id: String,
    /// As it is now; `None`: it is gone.
    pub(crate) body: Option<String>,
}

/// Where a tenant's feed of changes stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    /// Names this history of changes.
    pub(crate) name: String,
    /// The last change.
    pub(crate) seq: i64,
    /// Changes up to here may be forgotten.
    pub(crate) horizon: i64,
}

/// What was answered to an earlier write of the same idempotency key.
pub(crate) struct Answered {
    /// SHA-256 of what was asked.
    pub(crate) request: String,
    /// `None`: it held a raw key.
    pub(crate) answer: Option<Value>,
}

/// One unchanging look at a tenant's records.
pub(crate) struct View<'a> {
    sql: &'a mut dyn Sql,
    tenant: &'a Tenant,
    pub(crate) world: &'a World,
    /// When the request came.
    pub(crate) now: Timestamp,
}

/// A transaction that changes a tenant's records.
pub(crate) struct Tx<'a> {
    view: View<'a>,
    seq: i64,
    began_at: i64,
    pub(super) keys_changed: bool,
}

const FEED: &str = "SELECT feed, seq, horizon FROM tenant WHERE id = $1";

impl<'a> View<'a> {
    pub(super) fn new(sql: &'a mut dyn Sql, tenant: &'a Tenant, world: &'a World, now: Timestamp) -> Self {
        Self {
            sql,
            tenant,
            world,
            now,
        }
    }

    /// One record.
    pub(crate) fn get<R: Record>(&mut self, id: &str) -> Stored<Option<R>> {
        let statement = "SELECT body FROM record WHERE tenant = $1 AND kind = $2 AND id = $3 AND body IS NOT NULL";
        let found = self.sql.one(statement, cells![&*self.tenant.0, R::KIND, id])?;
        found.map(|cells| read(cells.into_iter().next())).transpose()
    }

    /// Whether there is such a record.
    pub(crate) fn has<R: Record>(&mut self, id: &str) -> Stored<bool> {
        let statement = "SELECT 1 FROM record WHERE tenant = $1 AND kind = $2 AND id = $3 AND body IS NOT NULL";
        Ok(self.sql.one(statement, cells![&*self.tenant.0, R::KIND, id])?.is_some())
    }

    /// A list of records, in the order of rank and then id.
    pub(crate) fn list<R: Record>(&mut self, asked: &Listing<'_>) -> Stored<Vec<R>> {
        let rows = self.rows::<R>(asked)?;
        rows.into_iter().map(|(_, _, body)| read(Some(body))).collect()
    }

    /// How many records such a list has in all.
    pub(crate) fn count<R: Record>(&mut self, owner: Option<&str>, tags: &[&str]) -> Stored<u64> {
        let tags = if tags.is_empty() { R::TAGS } else { tags };
        let mut sum = 0;
        for tag in tags {
            let row = match owner {
                Some(owner) => self.sql.one(
                    "SELECT count(*) FROM record WHERE tenant = $1 AND kind = $2 AND owner = $3 AND tag = $4",
                    cells![&*self.tenant.0, R::KIND, owner, *tag],
                )?,
                None => self.sql.one(
                    "SELECT count(*) FROM record WHERE tenant = $1 AND kind = $2 AND tag = $3",
                    cells![&*self.tenant.0, R::KIND, *tag],
                )?,
            };
            sum += row
                .and_then(|cells| cells.into_iter().next())
                .ok_or(StoreError::Unexpected)?
                .int()? as u64;
        }
        Ok(sum)
    }

    /// Each tag is a range of an index, so no list reads more than it shows, whatever else there is.
    fn rows<R: Record>(&mut self, asked: &Listing<'_>) -> Stored<Vec<(i64, String, super::sql::Cell)>> {
        let tags = if asked.tags.is_empty() { R::TAGS } else { asked.tags };
        let (order, beyond) = if asked.ascending { ("ASC", ">") } else { ("DESC", "<") };
        let (edge, from) = if asked.ascending {
            (i64::MIN, "")
        } else {
            (i64::MAX, "\u{10ffff}")
        };
        let (rank, id) = asked.after.unwrap_or((edge, from));
        let mut rows = Vec::new();
        for tag in tags {
            let found = match asked.owner {
                Some(owner) => self.sql.query(
                    &format!(
                        "SELECT rank, id, body FROM record WHERE tenant = $1 AND kind = $2 AND owner = $3 AND tag = $4
                             AND (rank, id) {beyond} ($5, $6) ORDER BY rank {order}, id {order} LIMIT $7"
                    ),
                    cells![&*self.tenant.0, R::KIND, owner, *tag, rank, id, asked.limit],
                )?,
                None => self.sql.query(
                    &format!(
                        "SELECT rank, id, body FROM record WHERE tenant = $1 AND kind = $2 AND tag = $3
                             AND (rank, id) {beyond} ($4, $5) ORDER BY rank {order}, id {order} LIMIT $6"
                    ),
                    cells![&*self.tenant.0, R::KIND, *tag, rank, id, asked.limit],
                )?,
            };
            for row in found {
                let [rank, id, body] = <[_; 3]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
                rows.push((rank.int()?, id.text()?, body));
            }
        }
        if tags.len() > 1 {
            rows.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
            if !asked.ascending {
                rows.reverse();
            }
            rows.truncate(asked.limit as usize);
        }
        Ok(rows)
    }

    /// Where the tenant's feed stands.
    pub(crate) fn feed(&mut self) -> Stored<Feed> {
        let row = self.sql.one(FEED, cells![&*self.tenant.0])?;
        feed_of(row.ok_or(StoreError::NoTenant)?)
    }

    /// The changes after one, in their order; each record once, as it is now.
    pub(crate) fn changes(&mut self, after: i64, limit: u32) -> Stored<Vec<Change>> {
        let statement = "SELECT seq, kind, id, body FROM record WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows = self.sql.query(statement, cells![&*self.tenant.0, after, limit])?;
        rows.into_iter()
            .map(|row| {
                let [seq, kind, id, body] = <[_; 4]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
                Ok(Change {
                    seq: seq.int()?,
                    kind: kind.text()?,
                    id: id.text()?,
                    body: body.optional_text(),
                })
            })
            .collect()
    }

    /// When a key was last used, at most a minute behind.
    pub(crate) fn key_used_at(&mut self, hash: &str) -> Stored<Option<Timestamp>> {
        let row = self
            .sql
            .one("SELECT used_at FROM key_use WHERE hash = $1", cells![hash])?;
        let used = row
            .and_then(|cells| cells.into_iter().next())
            .map(super::sql::Cell::int)
            .transpose()?;
        Ok(used.map(Timestamp::from_millis))
    }
}

impl<'a> Tx<'a> {
    /// Takes the tenant's pen.
    pub(super) fn begin(sql: &'a mut dyn Sql, tenant: &'a Tenant, world: &'a World, now: Timestamp) -> Stored<Self> {
        let row = sql.one(&format!("{FEED}{}", sql.locking()), cells![&*tenant.0])?;
        let seq = feed_of(row.ok_or(StoreError::NoTenant)?)?.seq;
        let view = View::new(sql, tenant, world, now);
        Ok(Self {
            view,
            seq,
            began_at: seq,
            keys_changed: false,
        })
    }

    /// Puts the pen down. `None`: nothing was changed.
    pub(super) fn end(self) -> Stored<Option<i64>> {
        if self.seq == self.began_at {
            return Ok(None);
        }
        let statement = "UPDATE tenant SET seq = $2 WHERE id = $1";
        self.view
            .sql
            .execute(statement, cells![&*self.view.tenant.0, self.seq])?;
        Ok(Some(self.seq))
    }

    /// Writes a record, new or again.
    pub(crate) fn put<R: Record>(&mut self, record: &R) -> Stored<()> {
        self.seq += 1;
        self.keys_changed |= R::KIND == "key";
        let statement = "INSERT INTO record (tenant, kind, id, seq, owner, tag, rank, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant, kind, id) DO UPDATE SET seq = excluded.seq, owner = excluded.owner,
                 tag = excluded.tag, rank = excluded.rank, body = excluded.body";
        let body = serde_json::to_string(record)?;
        let cells = cells![
            &*self.view.tenant.0,
            R::KIND,
            &*record.id(),
            self.seq,
            record.owner(),
            record.tag(),
            record.rank(),
            body,
        ];
        self.view.sql.execute(statement, cells).map(drop)
    }

    /// Takes a record away, and leaves a tombstone for whoever follows.
    pub(crate) fn remove<R: Record>(&mut self, id: &str) -> Stored<bool> {
        let statement = "UPDATE record SET seq = $4, owner = NULL, tag = NULL, body = NULL, rank = $5
             WHERE tenant = $1 AND kind = $2 AND id = $3 AND body IS NOT NULL";
        let now = self.now;
        let gone = self
            .view
            .sql
            .execute(statement, cells![&*self.view.tenant.0, R::KIND, id, self.seq + 1, now])?;
        self.seq += i64::from(gone > 0);
        self.keys_changed |= R::KIND == "key";
        Ok(gone > 0)
    }

    /// Forgets the oldest tombstones, as far as they are from before a moment, and with them how to go on from cursors of
    /// that age.
    pub(crate) fn forget_tombstones(&mut self, before: Timestamp, at_once: u32) -> Stored<u64> {
        let tenant = self.view.tenant;
        let statement = "SELECT kind, id, seq FROM record WHERE tenant = $1 AND body IS NULL AND rank < $2
             ORDER BY rank LIMIT $3";
        let rows = self.view.sql.query(statement, cells![&*tenant.0, before, at_once])?;
        let (count, mut last) = (rows.len() as u64, 0);
        for row in rows {
            let [kind, id, seq] = <[_; 3]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
            last = last.max(seq.int()?);
            let statement = "DELETE FROM record WHERE tenant = $1 AND kind = $2 AND id = $3";
            self.view
                .sql
                .execute(statement, cells![&*tenant.0, kind.text()?, id.text()?])?;
        }
        let statement = "UPDATE tenant SET horizon = $2 WHERE id = $1 AND horizon < $2";
        self.view.sql.execute(statement, cells![&*tenant.0, last])?;
        Ok(count)
    }

    /// What was answered to this idempotency key before.
    pub(crate) fn answered(
        &mut self,
        key: &str,
        route: &str,
        idempotency_key: &str,
        since: Timestamp,
    ) -> Stored<Option<Answered>> {
        let statement = "SELECT request, answer FROM reply WHERE tenant = $1 AND key_hash = $2 AND route = $3
             AND idempotency_key = $4 AND answered_at > $5";
        let row = self.view.sql.one(
            statement,
            cells![&*self.view.tenant.0, key, route, idempotency_key, since],
        )?;
        let Some(row) = row else { return Ok(None) };
        let [request, answer] = <[_; 2]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
        let answer = answer
            .optional_text()
            .map(|text| serde_json::from_str(&text))
            .transpose()?;
        Ok(Some(Answered {
            request: request.text()?,
            answer,
        }))
    }

    /// Keeps what was answered, for as long as the effect is kept.
    pub(crate) fn remember(
        &mut self,
        key: &str,
        route: &str,
        idempotency_key: &str,
        answered: &Answered,
    ) -> Stored<()> {
        let statement = "INSERT INTO reply (tenant, key_hash, route, idempotency_key, request, answer, answered_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant, key_hash, route, idempotency_key) DO UPDATE SET request = excluded.request,
                 answer = excluded.answer, answered_at = excluded.answered_at";
        let answer = answered.answer.as_ref().map(Value::to_string);
        let now = self.now;
        let tenant = self.view.tenant;
        let cells = cells![&*tenant.0, key, route, idempotency_key, &*answered.request, answer, now];
        self.view.sql.execute(statement, cells).map(drop)
    }

    /// An id for a new record.
    pub(crate) fn new_id(&self) -> Stored<String> {
        Ok(self.world.mint.id(self.now)?)
    }

    /// How many keys were ever made, in all tenants: what a seeded mint counts by.
    pub(crate) fn keys_made(&mut self) -> Stored<i64> {
        super::tenants::keys_made(self.view.sql)
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &Self::Target {
        &self.view
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.view
    }
}

fn read<R: Record>(body: Option<super::sql::Cell>) -> Stored<R> {
    let text = body
        .and_then(super::sql::Cell::optional_text)
        .ok_or(StoreError::Unexpected)?;
    Ok(serde_json::from_str(&text)?)
}

fn feed_of(row: Cells) -> Stored<Feed> {
    let [name, seq, horizon] = <[_; 3]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
    Ok(Feed {
        name: name.text()?,
        seq: seq.int()?,
        horizon: horizon.int()?,
    })
}
