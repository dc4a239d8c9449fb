-- One table for whatever a client may follow, so that one number orders every change of a tenant (docs/adr/0052).

CREATE TABLE tenant_2 (
    id         TEXT NOT NULL PRIMARY KEY,
    feed       TEXT NOT NULL,    -- names this history of changes; a restored copy has another
    seq        INTEGER NOT NULL, -- the last change's number
    horizon    INTEGER NOT NULL, -- changes up to here may be forgotten
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO tenant_2 SELECT id, lower(hex(randomblob(6))), 0, 0, created_at FROM tenant;

CREATE TABLE record (
    tenant TEXT NOT NULL,
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    seq    INTEGER NOT NULL, -- the number of its last change
    owner  TEXT,             -- what it hangs on: a session's program, a message's addressee
    tag    TEXT,             -- what lists are split by: a session's state, a task's status
    rank   INTEGER NOT NULL, -- what lists are ordered by, mostly milliseconds since the epoch
    body   TEXT,             -- JSON; NULL: it is gone, and rank says since when
    PRIMARY KEY (tenant, kind, id)
) STRICT;
CREATE UNIQUE INDEX record_by_change ON record (tenant, seq);
CREATE INDEX record_by_tag ON record (tenant, kind, tag, rank, id) WHERE tag IS NOT NULL;
CREATE INDEX record_by_owner ON record (tenant, kind, owner, rank, id) WHERE owner IS NOT NULL;
CREATE INDEX record_gone ON record (tenant, rank) WHERE body IS NULL;
CREATE UNIQUE INDEX key_by_hash ON record (id) WHERE kind = 'key';

-- When a key was last used: not a change that anyone follows.
CREATE TABLE key_use (
    hash    TEXT NOT NULL PRIMARY KEY,
    used_at INTEGER NOT NULL
) STRICT;

-- What was answered to a write that carried an idempotency key.
CREATE TABLE reply (
    tenant          TEXT NOT NULL,
    key_hash        TEXT NOT NULL,
    route           TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request         TEXT NOT NULL, -- SHA-256 of what was asked
    answer          TEXT,          -- JSON; NULL: it held a raw key, which is kept nowhere
    answered_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant, key_hash, route, idempotency_key)
) STRICT;
CREATE INDEX reply_by_age ON reply (answered_at);

-- Facts about the data as a whole, such as which encryption key seals it.
CREATE TABLE fact (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- How often was asked, by whom, in which second: where several servers share one count.
CREATE TABLE call (
    caller TEXT NOT NULL,
    second INTEGER NOT NULL,
    calls  INTEGER NOT NULL,
    PRIMARY KEY (caller, second)
) STRICT;

-- What the first house kept moves over. The numbers of changes begin anew, so that nobody has a cursor yet.
INSERT INTO record (tenant, kind, id, seq, owner, tag, rank, body)
SELECT tenant, kind, id, row_number() OVER (PARTITION BY tenant ORDER BY place, rank, id), owner, tag, rank, body
FROM (
    SELECT tenant, 'program' AS kind, id, 1 AS place, NULL AS owner, 'active' AS tag, created_at AS rank,
        json_object('id', id, 'createdAt', created_at) AS body
    FROM program
    UNION ALL
    SELECT tenant, 'key', hash, 2, program, CASE WHEN revoked_at IS NULL THEN 'good' ELSE 'revoked' END, created_at,
        json_object('hash', hash, 'program', program, 'label', label, 'capabilities', json(capabilities),
            'createdAt', created_at, 'expiresAt', expires_at, 'revokedAt', revoked_at)
    FROM api_key
    UNION ALL
    SELECT tenant, 'session', id, 3, program, state, last_update,
        json_object('id', id, 'program', program, 'name', name, 'status', status, 'state', state, 'progress', progress,
            'project', project, 'bornFromUpdate', json(CASE origin WHEN 'update' THEN 'true' ELSE 'false' END),
            'createdAt', created_at, 'lastUpdate', last_update, 'lastHeartbeat', last_heartbeat, 'heardAt', heard_at,
            'completedAt', completed_at, 'contextLeft', context_left, 'contextUsed', context_used,
            'handOffRequired', json(CASE hand_off_required WHEN 0 THEN 'false' ELSE 'true' END))
    FROM session
    UNION ALL
    SELECT tenant, 'program_state', program, 4, program, '', version,
        json_object('program', program, 'version', version, 'document', json(document))
    FROM program_state
    UNION ALL
    SELECT tenant, 'context', program || '.' || version, 5, program, '', version,
        json_object('program', program, 'version', version, 'writtenAt', written_at, 'context', json(context),
            'session', session, 'updatedBy', updated_by)
    FROM context_history
);
INSERT INTO key_use SELECT hash, last_used_at FROM api_key WHERE last_used_at IS NOT NULL;
UPDATE tenant_2 SET seq = (SELECT coalesce(max(seq), 0) FROM record WHERE record.tenant = tenant_2.id);

DROP TABLE context_history;
DROP TABLE program_state;
DROP TABLE session;
DROP TABLE api_key;
DROP TABLE program;
DROP TABLE tenant;
ALTER TABLE tenant_2 RENAME TO tenant;
