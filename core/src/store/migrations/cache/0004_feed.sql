-- How far the server's changes were followed: everything before it is in the rows of this file.
CREATE TABLE feed (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  cursor TEXT    NOT NULL                        -- opaque
) STRICT;
