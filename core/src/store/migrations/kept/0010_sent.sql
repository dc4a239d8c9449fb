-- The messages that this device sent and a server accepted: a server forgets them, and with them whether anybody fetched them.
CREATE TABLE sent_message (
  id      TEXT    NOT NULL PRIMARY KEY,          -- the server's id
  target  TEXT    NOT NULL,
  kind    TEXT    NOT NULL,
  text    TEXT    NOT NULL,
  sent_at INTEGER NOT NULL,                      -- server time, ms
  fate    TEXT                                   -- picked_up, expired; NULL: not known yet
) STRICT;
