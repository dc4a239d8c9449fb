-- One row: what a person wants to be told on this device, of all accounts.
CREATE TABLE alert_rules (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  rules TEXT NOT NULL                            -- JSON of insight's AlertRules
) STRICT;
