-- Everything that can be searched, made from the other two files when somebody searches. A damaged file is built anew.

-- One row per text. `name` is a number made of kind and key, so that a text is found again when it changed.
CREATE TABLE document (
  row      INTEGER PRIMARY KEY,
  name     INTEGER NOT NULL,
  facts    INTEGER NOT NULL,                     -- a number made of all columns but the text
  words    INTEGER NOT NULL,                     -- a number made of the text
  kind     TEXT    NOT NULL,
  about    TEXT    NOT NULL,                     -- id of what the hit opens
  program  TEXT,
  other    TEXT,                                 -- a second program that it belongs to
  at       INTEGER,                              -- ms; NULL: not known
  kept     INTEGER NOT NULL,                     -- 1: the server has it no longer
  text     TEXT    NOT NULL                      -- on one line, without control characters
) STRICT;

-- The words of those texts; only the index, the text is above. Accents are folded; letters of scripts without spaces
-- come one by one.
CREATE VIRTUAL TABLE word USING fts5 (
  text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
