-- Which (server, key) pairs this device knows. Kept, not cached: no server can tell it again.
-- The raw key is not here; it lives in the platform's secret store.
CREATE TABLE account (
  id             TEXT    NOT NULL PRIMARY KEY,
  server         TEXT    NOT NULL,               -- base URL, normalised, without a trailing slash
  label          TEXT    NOT NULL,
  key_hash       TEXT    NOT NULL,               -- SHA-256 of the key, 64 hex digits
  writes_allowed INTEGER NOT NULL DEFAULT 0,
  added_at       INTEGER NOT NULL,               -- this device's clock, ms
  removed        INTEGER NOT NULL DEFAULT 0      -- 1: being wiped; a wipe that was cut short goes on at the next open
) STRICT;
