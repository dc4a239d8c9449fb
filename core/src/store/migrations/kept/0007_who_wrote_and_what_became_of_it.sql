-- When each part of the kept context was written and by whom, and since when each open question stands there.
ALTER TABLE context ADD COLUMN parts TEXT;       -- JSON of insight's PartsKept; NULL: kept before that was followed

-- This device's own last write to each session: a server counts it as an update, and it is no sign of life of the agent.
CREATE TABLE own_write (
  session  TEXT    NOT NULL PRIMARY KEY,
  from_at  INTEGER NOT NULL,                     -- the server wrote it in this span, server time in ms
  until_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of the message that was a reply, once that is certain: a server forgets messages.
ALTER TABLE reply ADD COLUMN fate TEXT;          -- picked_up, expired; NULL: not known yet
