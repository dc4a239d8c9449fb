-- What a server keeps. Times are milliseconds since the epoch. Every table leads with its tenant, so that no query can
-- forget it. Never edit this file once shipped: add the next one.

-- Whoever shares keys, programs and sessions. The first start makes one.
CREATE TABLE tenant (
    id         TEXT NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A program comes into being with its first key.
CREATE TABLE program (
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    id         TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

-- Keys by their SHA-256; the raw key is nowhere. Rows are never deleted, so their number counts the keys ever made.
CREATE TABLE api_key (
    hash         TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    tenant       TEXT NOT NULL REFERENCES tenant (id),
    program      TEXT NOT NULL,
    label        TEXT NOT NULL,
    capabilities TEXT NOT NULL, -- a JSON list of words
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,       -- NULL: never
    revoked_at   INTEGER,       -- in the future while a rotated key lives out its grace
    last_used_at INTEGER        -- at most a minute behind
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_of_tenant ON api_key (tenant, created_at);

-- A session as its agent last described it.
CREATE TABLE session (
    tenant            TEXT NOT NULL REFERENCES tenant (id),
    id                TEXT NOT NULL,
    program           TEXT NOT NULL,
    name              TEXT NOT NULL,
    status            TEXT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('working', 'blocked', 'complete', 'pinned')),
    progress          REAL,             -- NULL: nothing was reported
    project           TEXT,
    origin            TEXT NOT NULL CHECK (origin IN ('create', 'update')), -- born from an update, some fields are absent
    created_at        INTEGER NOT NULL,
    last_update       INTEGER NOT NULL, -- by anyone
    last_heartbeat    INTEGER,          -- when its agent last checked in
    heard_at          INTEGER,          -- when its own program's key last wrote it
    completed_at      INTEGER,          -- NULL unless state is complete
    context_left      REAL,             -- percent; above 100 an old agent's byte count
    context_used      REAL,             -- percent
    hand_off_required INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_update ON session (tenant, last_update DESC, id);
CREATE INDEX session_of_program ON session (tenant, program, last_update DESC);

-- What a program remembers. The document is the contract's, section by section; old ones may lack sections.
CREATE TABLE program_state (
    tenant   TEXT NOT NULL REFERENCES tenant (id),
    program  TEXT NOT NULL,
    version  INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, program)
) STRICT, WITHOUT ROWID;

-- What each write of a context summary left behind; the newest fifty of a program are kept.
CREATE TABLE context_history (
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    program    TEXT NOT NULL,
    version    INTEGER NOT NULL, -- of the state, after the write
    written_at INTEGER NOT NULL,
    context    TEXT NOT NULL,
    session    TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (tenant, program, version)
) STRICT, WITHOUT ROWID;
