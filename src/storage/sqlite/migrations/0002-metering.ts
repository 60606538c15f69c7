/**
 * Exact metering. Everything a call writes is appended at the right edge of a tree: there is no
 * secondary index and no foreign key on the hot path; `kayan ledger verify` proves the references.
 */
export const METERING = `
CREATE TABLE grant (
  id            INTEGER PRIMARY KEY,
  account_id    TEXT NOT NULL REFERENCES account (id),
  product       TEXT NOT NULL,
  mode          TEXT NOT NULL CHECK (mode IN ('test', 'live')),
  units         INTEGER NOT NULL CHECK (units > 0),
  priority      INTEGER NOT NULL,
  starts_at_ms  INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL CHECK (expires_at_ms > starts_at_ms),
  created_at_ms INTEGER NOT NULL,
  reason        TEXT NOT NULL
) STRICT;

-- Projection of the entries, kept in their transaction; the checks are the safety net of the kernel.
CREATE TABLE balance (
  grant_id      INTEGER PRIMARY KEY REFERENCES grant (id),
  available     INTEGER NOT NULL CHECK (available >= 0),
  reserved      INTEGER NOT NULL CHECK (reserved >= 0),
  used          INTEGER NOT NULL CHECK (used >= 0),
  expired       INTEGER NOT NULL CHECK (expired >= 0),
  withdrawn     INTEGER NOT NULL CHECK (withdrawn >= 0),
  expires_at_ms INTEGER NOT NULL
) STRICT;

-- The projection as it stood after the entry ledger.checkpoint_entry.
CREATE TABLE checkpoint (
  grant_id      INTEGER PRIMARY KEY,
  available     INTEGER NOT NULL,
  reserved      INTEGER NOT NULL,
  used          INTEGER NOT NULL,
  expired       INTEGER NOT NULL,
  withdrawn     INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE entry (
  id            INTEGER PRIMARY KEY,
  kind          TEXT NOT NULL,
  grant_id      INTEGER NOT NULL,
  units         INTEGER NOT NULL CHECK (units >= 0),
  at_ms         INTEGER NOT NULL,
  serial        INTEGER,
  rule_version  INTEGER,
  undoes        INTEGER,
  expires_at_ms INTEGER,
  reason        TEXT
) STRICT;

-- Partial, so that no call touches it: each charge is undone at most once.
CREATE UNIQUE INDEX entry_undoes ON entry (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE reservation (
  serial     INTEGER PRIMARY KEY,
  grant_id   INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  -- By what a repeat of the call is recognised, should its server die.
  repeat_key BLOB
) STRICT;

-- What many calls have in common, named once.
CREATE TABLE lane (
  id         INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  key_id     TEXT NOT NULL,
  api        TEXT NOT NULL,
  product    TEXT NOT NULL,
  mode       TEXT NOT NULL,
  source     TEXT NOT NULL,
  UNIQUE (account_id, key_id, api, product, mode, source)
) STRICT;

CREATE TABLE call (
  serial       INTEGER PRIMARY KEY,
  lane_id      INTEGER NOT NULL,
  at_ms        INTEGER NOT NULL,
  result       TEXT NOT NULL,
  billable     INTEGER NOT NULL,
  rule_version INTEGER NOT NULL,
  latency_us   INTEGER NOT NULL,
  -- The entry that charged it.
  entry_id     INTEGER,
  answer       TEXT NOT NULL,
  -- The row of repeat that recognises it, while that is kept.
  repeat_id    INTEGER
) STRICT;

-- Kept for eleven minutes, a row a batch: what repeats of its calls are recognised by. A call that was
-- lost while a vendor was asked has a row of its own, and none in call.
CREATE TABLE repeat (
  -- Serial of the first of its calls.
  id    INTEGER PRIMARY KEY,
  -- Time of the newest of its calls.
  at_ms INTEGER NOT NULL,
  calls BLOB NOT NULL
) STRICT;

-- Charged calls up to ledger.watermark whose reply was not handed over; all above it may not be.
CREATE TABLE undelivered (
  serial INTEGER PRIMARY KEY
) STRICT;

-- Units that keys with a daily cap took on their newest Beijing day (days since 1970).
CREATE TABLE key_day (
  key_id TEXT PRIMARY KEY NOT NULL,
  day    INTEGER NOT NULL,
  used   INTEGER NOT NULL CHECK (used >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
  one              INTEGER PRIMARY KEY CHECK (one = 1),
  -- Moved by every change that the server did not make itself.
  changes          INTEGER NOT NULL,
  next_serial      INTEGER NOT NULL,
  watermark        INTEGER NOT NULL,
  checkpoint_entry INTEGER NOT NULL,
  clean            INTEGER NOT NULL
) STRICT;

INSERT INTO ledger VALUES (1, 0, 1, 0, 0, 1);
`
