/** Vendors that answer for the operator: how they are called, what each call costs, what a card has had. */
export const VENDORS = `
-- A row is written before the first byte leaves; its end says whether the vendor is paid.
CREATE TABLE vendor_attempt (
  id            TEXT PRIMARY KEY NOT NULL,
  -- Of the call; 0 for a probe, behind which there is none.
  serial        INTEGER NOT NULL,
  request_id    TEXT NOT NULL,
  account_id    TEXT NOT NULL,
  route         TEXT NOT NULL,
  vendor        TEXT NOT NULL,
  product       TEXT NOT NULL,
  at_ms         INTEGER NOT NULL,
  cost_centifen INTEGER NOT NULL CHECK (cost_centifen >= 0),
  state         TEXT NOT NULL CHECK (state IN ('prepared', 'settled', 'free', 'unknown')),
  -- How far the request got, and the vendor's own words; empty until the end is known.
  phase         TEXT NOT NULL DEFAULT '',
  code          TEXT NOT NULL DEFAULT '',
  reference     TEXT NOT NULL DEFAULT '',
  ended_at_ms   INTEGER,
  -- By what an unknown was closed: the bill of the vendor, or whoever knew, and why.
  evidence      TEXT,
  CHECK ((state = 'prepared') = (ended_at_ms IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX vendor_attempt_time ON vendor_attempt (at_ms);
CREATE INDEX vendor_attempt_open ON vendor_attempt (state, at_ms) WHERE state IN ('prepared', 'unknown');

-- What a vendor said that it charges for a time, as it was last held against the rows.
CREATE TABLE vendor_bill (
  route         TEXT NOT NULL,
  from_ms       INTEGER NOT NULL,
  to_ms         INTEGER NOT NULL,
  at_ms         INTEGER NOT NULL,
  evidence      TEXT NOT NULL,
  -- Calls: charged by the bill; less those that we have as paid; on which both disagree.
  billed        INTEGER NOT NULL CHECK (billed >= 0),
  difference    INTEGER NOT NULL,
  unexplained   INTEGER NOT NULL CHECK (unexplained >= 0),
  PRIMARY KEY (route, from_ms, to_ms)
) STRICT;

-- The counters of the guardian under keyed tokens that begin with their day.
CREATE TABLE guard_row (
  token         BLOB PRIMARY KEY NOT NULL,
  -- Time and slot as doubles, whether it matched, the token of the tuple.
  marks         BLOB NOT NULL,
  count         INTEGER NOT NULL,
  cleared_at_ms INTEGER,
  locked_at_ms  INTEGER
) STRICT, WITHOUT ROWID;

-- Which accounts have matched which cards, by periods of fifteen days.
CREATE TABLE guard_match (
  period INTEGER NOT NULL,
  token  BLOB NOT NULL,
  at_ms  INTEGER NOT NULL,
  PRIMARY KEY (period, token)
) STRICT, WITHOUT ROWID;

-- Slots of attempts under way: what a crash leaves here becomes marks of failures. Of each the tokens
-- of the rows to be marked, and the tuple's behind them.
CREATE TABLE guard_slot (
  slot   INTEGER PRIMARY KEY,
  at_ms  INTEGER NOT NULL,
  marked BLOB NOT NULL
) STRICT;

CREATE TABLE vendor_route (
  name              TEXT PRIMARY KEY NOT NULL,
  vendor            TEXT NOT NULL,
  credential_kind   TEXT NOT NULL,
  credential_id     TEXT NOT NULL,
  credential_sealed BLOB NOT NULL,
  public_key        TEXT,
  endpoint          TEXT,
  ca                TEXT,
  profile           TEXT NOT NULL,
  -- What a paid call costs from so many paid calls of a month on: 0:2500,100000:2000.
  prices            TEXT NOT NULL,
  tier              INTEGER NOT NULL,
  weight            INTEGER NOT NULL,
  created_at_ms     INTEGER NOT NULL
) STRICT;

-- Accounts whose messages that only a vendor can read go there as they came.
CREATE TABLE vendor_passage (
  account_id TEXT PRIMARY KEY NOT NULL
) STRICT;

-- How calls of an account are routed; of the empty account, those of all others.
CREATE TABLE vendor_policy (
  account_id        TEXT PRIMARY KEY NOT NULL,
  -- Names separated by commas; empty for all.
  routes            TEXT NOT NULL,
  prefer            TEXT NOT NULL CHECK (prefer IN ('weight', 'cost', 'latency')),
  total_timeout_ms  INTEGER NOT NULL CHECK (total_timeout_ms > 0),
  -- Of ten thousand calls of a day, how many may be paid twice after an unknown.
  double_pay_share  INTEGER NOT NULL CHECK (double_pay_share BETWEEN 0 AND 10000),
  -- Whether vendors are asked about a card that a registry named before them does not know.
  no_record_follows INTEGER NOT NULL DEFAULT 0 CHECK (no_record_follows IN (0, 1))
) STRICT;
`
