-- What this device saw and no server can tell again. Never rebuilt: a damaged file is set aside, not deleted.
-- Every write is idempotent (by entity and server time), because it commits before the cache does and a crash may
-- come between the two. All times are server time in ms.

-- When a program was first listed here.
CREATE TABLE program (
  row       INTEGER PRIMARY KEY,
  id        TEXT    NOT NULL UNIQUE,
  listed_at INTEGER NOT NULL
) STRICT;

-- One row per session ever seen live: its first name (the hosted server overwrites names) and how it behaved.
CREATE TABLE trace (
  row         INTEGER PRIMARY KEY,
  session     TEXT    NOT NULL UNIQUE,
  first_name  TEXT,
  first_seen  INTEGER NOT NULL,
  seen_until  INTEGER,                           -- the look that no longer found it; NULL while it is listed
  sampled_at  INTEGER NOT NULL,                  -- the newest sample, here as well to spare a search
  sampled     REAL,
  beat_at     INTEGER,                           -- the newest beat, likewise
  folded      TEXT    NOT NULL                   -- what judgement remembers, JSON of insight's Trace
) STRICT;

-- Progress, when it changed. NULL: not reported, which is not zero.
CREATE TABLE sample (
  trace    INTEGER NOT NULL REFERENCES trace (row),
  at       INTEGER NOT NULL,
  progress REAL,
  UNIQUE (trace, at)
) STRICT;

-- Heartbeats we saw.
CREATE TABLE beat (
  trace INTEGER NOT NULL REFERENCES trace (row),
  at    INTEGER NOT NULL,
  UNIQUE (trace, at)
) STRICT;

-- When nobody watched. Looks are of the whole list, so a gap is the account's.
CREATE TABLE gap (
  from_at  INTEGER NOT NULL PRIMARY KEY,
  until_at INTEGER NOT NULL
) STRICT;

-- The last context of each program that was not empty: reading state can make the server wipe it.
CREATE TABLE context (
  program    TEXT    NOT NULL PRIMARY KEY,
  written_at INTEGER,
  written_by TEXT,
  written_in TEXT,
  context    TEXT    NOT NULL,                   -- JSON
  emptied    INTEGER NOT NULL DEFAULT 0          -- the agent itself emptied it since
) STRICT;
