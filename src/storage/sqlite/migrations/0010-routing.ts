/**
 * How routes are held against each other and what outlasts a call: verdicts that came late, double pay of
 * a day, comparisons of two sources, routes set aside, and which accounts are answered from a cache.
 */
export const ROUTING = `
-- A verdict whose caller had been told "unknown", under a keyed token of account and question.
CREATE TABLE late_verdict (
  token      BLOB PRIMARY KEY NOT NULL,
  outcome    TEXT NOT NULL,
  kept_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX late_verdict_time ON late_verdict (kept_at_ms);

-- Calls of an account on a Beijing day, and those of them that may have been paid twice.
CREATE TABLE double_pay (
  account_id TEXT NOT NULL,
  day        INTEGER NOT NULL,
  calls      INTEGER NOT NULL CHECK (calls >= 0),
  spent      INTEGER NOT NULL CHECK (spent >= 0),
  PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;

-- One row while a second source is asked for comparison.
CREATE TABLE shadow_setting (
  id              INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
  second          TEXT NOT NULL,
  per_mille       INTEGER NOT NULL CHECK (per_mille BETWEEN 1 AND 1000),
  compares        TEXT NOT NULL CHECK (compares IN ('matches', 'verdicts')),
  budget_centifen INTEGER NOT NULL CHECK (budget_centifen >= 0),
  window_calls    INTEGER NOT NULL CHECK (window_calls > 0),
  alarm_per_mille INTEGER NOT NULL CHECK (alarm_per_mille BETWEEN 0 AND 1000),
  stops           INTEGER NOT NULL CHECK (stops IN (0, 1))
) STRICT;

-- What comparisons of a Beijing month may have cost, by its first day.
CREATE TABLE shadow_month (
  month          INTEGER PRIMARY KEY NOT NULL,
  spent_centifen INTEGER NOT NULL CHECK (spent_centifen >= 0)
) STRICT;

-- How often two sources said this and that of cards of a bank on a Beijing day.
CREATE TABLE shadow_comparison (
  day            INTEGER NOT NULL,
  route          TEXT NOT NULL,
  second         TEXT NOT NULL,
  -- Empty where the issuer is not known.
  bank           TEXT NOT NULL,
  outcome        TEXT NOT NULL,
  second_outcome TEXT NOT NULL,
  count          INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (day, route, second, bank, outcome, second_outcome)
) STRICT, WITHOUT ROWID;

-- The comparisons by which drift is judged now.
CREATE TABLE shadow_window (
  route     TEXT NOT NULL,
  second    TEXT NOT NULL,
  compared  INTEGER NOT NULL,
  disagreed INTEGER NOT NULL,
  PRIMARY KEY (route, second)
) STRICT, WITHOUT ROWID;

-- A route that nobody is sent to until the operator releases it.
CREATE TABLE route_stop (
  route     TEXT PRIMARY KEY NOT NULL,
  second    TEXT NOT NULL,
  compared  INTEGER NOT NULL,
  disagreed INTEGER NOT NULL,
  at_ms     INTEGER NOT NULL
) STRICT;

-- Accounts that are given an earlier verdict again, for so long by what it was; 0 for never.
CREATE TABLE verdict_cache (
  account_id    TEXT PRIMARY KEY NOT NULL,
  match_ms      INTEGER NOT NULL CHECK (match_ms >= 0),
  mismatch_ms   INTEGER NOT NULL CHECK (mismatch_ms >= 0),
  card_state_ms INTEGER NOT NULL CHECK (card_state_ms >= 0)
) STRICT;
`
