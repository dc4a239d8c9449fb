-- The history of a session lies together: a look at a fleet then touches a page of each session and no index beside it.

CREATE TABLE sample_of_trace (
  trace    INTEGER NOT NULL REFERENCES trace (row),
  at       INTEGER NOT NULL,
  progress REAL,
  PRIMARY KEY (trace, at)
) STRICT, WITHOUT ROWID;
INSERT INTO sample_of_trace SELECT trace, at, progress FROM sample;
DROP TABLE sample;
ALTER TABLE sample_of_trace RENAME TO sample;

CREATE TABLE beat_of_trace (
  trace INTEGER NOT NULL REFERENCES trace (row),
  at    INTEGER NOT NULL,
  PRIMARY KEY (trace, at)
) STRICT, WITHOUT ROWID;
INSERT INTO beat_of_trace SELECT trace, at FROM beat;
DROP TABLE beat;
ALTER TABLE beat_of_trace RENAME TO beat;
