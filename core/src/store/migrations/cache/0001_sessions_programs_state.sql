-- Everything here can be fetched again, so a damaged file is simply rebuilt. All times are server time in ms.

-- Live sessions: few, dense, rewritten often, hence no index (a scan of two hundred rows is cheaper than keeping one).
CREATE TABLE session (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL,
  program         TEXT    NOT NULL,
  program_derived INTEGER NOT NULL,
  name            TEXT,
  status          TEXT,
  state_word      TEXT,                          -- as it came
  progress        REAL,                          -- NULL: not reported
  project         TEXT,
  last_update     INTEGER,
  last_heartbeat  INTEGER,
  hand_off        INTEGER NOT NULL,
  context_left    REAL                           -- percent left up to 100, bytes above; NULL: not reported
) STRICT;

-- Ended sessions, apart from the hot ones: they grow for ever and hardly change.
CREATE TABLE ended_session (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  program         TEXT    NOT NULL,
  program_derived INTEGER NOT NULL,
  name            TEXT,
  status          TEXT,
  state_word      TEXT,
  progress        REAL,
  project         TEXT,
  last_update     INTEGER,
  last_heartbeat  INTEGER,
  hand_off        INTEGER NOT NULL,
  context_left    REAL,
  created_at      INTEGER,                       -- only where the server's history said so
  ended_at        INTEGER,                       -- likewise; else NULL and last_update stands for it
  newest_at       INTEGER NOT NULL               -- ended_at, else last_update, else 0: the order of lists
) STRICT;
CREATE INDEX ended_session_of_program ON ended_session (program, newest_at);
CREATE INDEX ended_session_newest ON ended_session (newest_at);

-- What fleet health says of each program: the only place where pinned and blocked differ.
CREATE TABLE fleet (
  row                 INTEGER PRIMARY KEY,
  program             TEXT    NOT NULL,
  state               TEXT,
  last_reported_state TEXT,
  session             TEXT,
  last_heartbeat      INTEGER,
  pending_messages    INTEGER NOT NULL,
  pending_tasks       INTEGER NOT NULL,
  context_left        REAL,
  hand_off            INTEGER NOT NULL
) STRICT;

-- One flat row per program, kept on every write, so that the overview never groups over history.
CREATE TABLE program (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL,
  derived         INTEGER NOT NULL,              -- no record named it
  current_session TEXT                           -- newest live one, else newest ended one
) STRICT;

-- The last read of each program's state.
CREATE TABLE program_state (
  program             TEXT    NOT NULL PRIMARY KEY,
  stored              INTEGER NOT NULL,          -- 0: the server had nothing and made up defaults
  version             INTEGER,
  written_by          TEXT,
  written_at          INTEGER,
  written_in          TEXT,
  last_task           TEXT,                      -- JSON
  active_work_items   TEXT    NOT NULL,          -- JSON array of texts
  hand_off_notes      TEXT    NOT NULL,
  open_questions      TEXT    NOT NULL,          -- JSON array of texts
  open_question_count INTEGER NOT NULL,
  has_context         INTEGER NOT NULL,          -- 0: the document lacks the section
  learned_patterns    TEXT,                      -- JSON, NULL: the document lacks the section
  config              TEXT,
  baselines           TEXT,
  decay               TEXT
) STRICT;

-- Keys as the server lists them: by hash, never the key.
CREATE TABLE api_key (
  hash         TEXT    NOT NULL PRIMARY KEY,
  program      TEXT    NOT NULL,
  label        TEXT    NOT NULL,
  capabilities TEXT    NOT NULL,                 -- JSON array of words
  active       INTEGER NOT NULL,
  created_at   INTEGER,
  last_used_at INTEGER,
  revoked_at   INTEGER
) STRICT;

-- What each source last said. Written with changes, else at most once a minute: after a kill it is too old, never too new.
CREATE TABLE source (
  source  TEXT    NOT NULL,
  program TEXT    NOT NULL,                      -- '' where the source speaks of the whole account
  as_of   INTEGER,
  lacking TEXT,                                  -- why the last good reply was not whole: a word, after a colon what it needs
  since   INTEGER,                               -- failing since
  cause   TEXT,                                  -- why the last try failed, likewise
  PRIMARY KEY (source, program)
) STRICT;

-- One row: what to add to this device's clock to have the server's.
CREATE TABLE clock (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  offset_ms INTEGER NOT NULL
) STRICT;
