-- What agents have to do, what they told each other and the person, and what it cost. All of it can be fetched again.

-- Tasks that wait or are under way.
CREATE TABLE task (
  id               TEXT    NOT NULL PRIMARY KEY,
  kind             TEXT,                         -- words as they came, like action, priority, status
  title            TEXT    NOT NULL,
  instructions     TEXT,                         -- NULL until the task was opened
  action           TEXT,
  priority         TEXT,
  status           TEXT,
  source           TEXT,
  target           TEXT,
  project          TEXT,
  thread           TEXT,
  created_at       INTEGER,
  expires_at       INTEGER,
  claimed_by       TEXT,
  claimed_at       INTEGER,
  completed_at     INTEGER,
  completed_status TEXT,
  result           TEXT
) STRICT;

-- Messages to and from the programs that were opened here, and those this key's program sent.
CREATE TABLE message (
  id           TEXT    NOT NULL PRIMARY KEY,
  source       TEXT,
  target       TEXT,
  kind         TEXT,
  text         TEXT    NOT NULL,
  status       TEXT,
  priority     TEXT,
  action       TEXT,
  context      TEXT,
  thread       TEXT,
  reply_to     TEXT,
  created_at   INTEGER,
  delivered_at INTEGER,
  expires_at   INTEGER
) STRICT;

-- Alerts to the person that wait.
CREATE TABLE alert (
  id         TEXT    NOT NULL PRIMARY KEY,
  kind       TEXT,
  text       TEXT    NOT NULL,
  source     TEXT,
  session    TEXT,
  priority   TEXT,
  context    TEXT,
  created_at INTEGER,
  expires_at INTEGER
) STRICT;

-- Names under which several programs can be written to.
CREATE TABLE relay_group (
  name     TEXT    NOT NULL PRIMARY KEY,
  programs TEXT    NOT NULL                      -- JSON array of ids
) STRICT;

-- What completed tasks cost, by period. One row of no program is the sum.
CREATE TABLE cost (
  period     TEXT    NOT NULL,
  program    TEXT    NOT NULL,
  tokens_in  INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  usd        REAL    NOT NULL,
  tasks      INTEGER NOT NULL,
  read_at    INTEGER NOT NULL,
  PRIMARY KEY (period, program)
) STRICT;
