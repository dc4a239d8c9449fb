-- The keys of an account beside its own: those that a person added, that this device created, or that were rotated away.
-- The raw keys are not here; they live in the platform's secret store, each under a name made of the account and the hash.
CREATE TABLE ring_key (
  account  TEXT    NOT NULL,
  key_hash TEXT    NOT NULL,                     -- SHA-256 of the key, 64 hex digits
  label    TEXT    NOT NULL,
  added_at INTEGER NOT NULL,                     -- this device's clock, ms
  asks     INTEGER NOT NULL,                     -- 1: may stand in for the account's own; 0: only opens what was sealed for it
  learnt   TEXT,                                 -- JSON of insight's Learnt
  PRIMARY KEY (account, key_hash)
) STRICT;
-- What the account's own key was told of its rights while others stood in for it.
ALTER TABLE account ADD COLUMN learnt TEXT;
