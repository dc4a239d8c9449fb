-- What each session left for the next when it last wrote its program's state: a state tells it of its last writer alone.
CREATE TABLE handed_over (
  session    TEXT    NOT NULL PRIMARY KEY,
  written_at INTEGER,                            -- server time in ms
  work_items INTEGER NOT NULL,
  questions  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
