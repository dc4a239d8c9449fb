-- What the person was told, so that nothing is told twice. Times are server time in ms.
CREATE TABLE told (
  kind    TEXT    NOT NULL,                      -- the rule
  subject TEXT    NOT NULL,                      -- a session, question, alert or key
  until   INTEGER NOT NULL,                      -- what began until then is told
  held    TEXT,                                  -- JSON of what quiet hours hold back; NULL: nothing
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

-- One row once somebody asked what to tell: what held before is not news.
CREATE TABLE telling (
  one INTEGER PRIMARY KEY CHECK (one = 1)
) STRICT;
