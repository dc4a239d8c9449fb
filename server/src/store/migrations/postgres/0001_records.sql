-- The tables of sqlite/0002_records.sql, in PostgreSQL's types. Times are milliseconds since the epoch.

CREATE TABLE tenant (
    id         TEXT PRIMARY KEY,
    feed       TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    horizon    BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) WITH (fillfactor = 50); -- its rows change with every write: room for the change beside them

CREATE TABLE record (
    tenant TEXT COLLATE "C" NOT NULL,
    kind   TEXT COLLATE "C" NOT NULL,
    id     TEXT COLLATE "C" NOT NULL,
    seq    BIGINT NOT NULL,
    owner  TEXT COLLATE "C",
    tag    TEXT COLLATE "C",
    rank   BIGINT NOT NULL,
    body   TEXT,
    PRIMARY KEY (tenant, kind, id)
);
CREATE UNIQUE INDEX record_by_change ON record (tenant, seq);
CREATE INDEX record_by_tag ON record (tenant, kind, tag, rank, id) WHERE tag IS NOT NULL;
CREATE INDEX record_by_owner ON record (tenant, kind, owner, rank, id) WHERE owner IS NOT NULL;
CREATE INDEX record_gone ON record (tenant, rank) WHERE body IS NULL;
CREATE UNIQUE INDEX key_by_hash ON record (id) WHERE kind = 'key';

CREATE TABLE key_use (
    hash    TEXT PRIMARY KEY,
    used_at BIGINT NOT NULL
);

CREATE TABLE reply (
    tenant          TEXT NOT NULL,
    key_hash        TEXT NOT NULL,
    route           TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request         TEXT NOT NULL,
    answer          TEXT,
    answered_at     BIGINT NOT NULL,
    PRIMARY KEY (tenant, key_hash, route, idempotency_key)
);
CREATE INDEX reply_by_age ON reply (answered_at);

CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Counts of the last minute are nothing to keep through a crash.
CREATE UNLOGGED TABLE call (
    caller TEXT NOT NULL,
    second BIGINT NOT NULL,
    calls  BIGINT NOT NULL,
    PRIMARY KEY (caller, second)
);
