-- What was looked up because somebody opened the page that shows it: sprints, the register of programs, a context's use.
CREATE TABLE looked_up (
  subject TEXT    NOT NULL PRIMARY KEY,          -- sprints, programs, context:SESSION
  read_at INTEGER NOT NULL,                      -- server time, ms
  answer  TEXT    NOT NULL                       -- JSON of store's Answer
) STRICT;
