-- What a person asked this device to do, until it is done. Nobody else knows it, so it is kept. Times here are this
-- device's clock in ms, unless said otherwise.
CREATE TABLE outbox (
  row           INTEGER PRIMARY KEY,             -- the order in which it was asked for
  id            TEXT    NOT NULL UNIQUE,         -- and idempotency key
  action        TEXT    NOT NULL,                -- JSON of domain's Action
  asked_at      INTEGER NOT NULL,
  first_sent_at INTEGER,
  delivery      TEXT    NOT NULL                 -- JSON of domain's Delivery
) STRICT;

-- Replies to open questions that a server accepted. A question has no id: text and occurrence are its identity.
CREATE TABLE reply (
  program    TEXT    NOT NULL,
  question   TEXT    NOT NULL,
  occurrence INTEGER NOT NULL,
  message    TEXT,                               -- the server's id of the message; NULL where it went to a group
  sent_at    INTEGER NOT NULL,                   -- server time
  PRIMARY KEY (program, question, occurrence)
) STRICT;
