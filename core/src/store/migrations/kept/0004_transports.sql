-- The sessions in which this device asked over MCP. A server may list them among its agents' sessions, also long afterwards.

CREATE TABLE transport (
  row INTEGER PRIMARY KEY,
  id  TEXT NOT NULL UNIQUE
) STRICT;
