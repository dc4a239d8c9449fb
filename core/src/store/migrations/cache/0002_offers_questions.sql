-- What the server offers beyond the hosted contract, and what agents asked. All of it can be fetched again.

-- One row: known offline too, so that a screen offers an answer only where one can be given.
CREATE TABLE offers (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  sync         INTEGER NOT NULL,
  events       INTEGER NOT NULL,
  questions    INTEGER NOT NULL,
  timeline     INTEGER NOT NULL,
  idempotency  INTEGER NOT NULL,
  answer_limit INTEGER NOT NULL                  -- UTF-16 units
) STRICT;

-- Asked questions that wait for an answer.
CREATE TABLE question (
  id       TEXT    NOT NULL PRIMARY KEY,
  asker    TEXT,                                 -- NULL: the server does not say
  text     TEXT    NOT NULL,
  cut      INTEGER NOT NULL,                     -- 1: only the beginning is known
  options  TEXT    NOT NULL,                     -- JSON array of texts
  context  TEXT,
  priority TEXT,                                 -- as it came, like the next
  status   TEXT,
  asked_at INTEGER,
  thread   TEXT
) STRICT;
