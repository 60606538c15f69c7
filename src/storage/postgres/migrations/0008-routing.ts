/**
 * How routes are held against each other and what outlasts a call: verdicts that came late, double pay of
 * a day, comparisons of two sources, routes set aside, and which accounts are answered from a cache.
 */
export const ROUTING = `
-- A verdict whose caller had been told "unknown", under a keyed token of account and question.
CREATE TABLE late_verdict (
  token      bytea PRIMARY KEY NOT NULL,
  outcome    text NOT NULL,
  kept_at_ms bigint NOT NULL
);

CREATE INDEX late_verdict_time ON late_verdict (kept_at_ms);

-- Calls of an account on a Beijing day, and those of them that may have been paid twice.
CREATE TABLE double_pay (
  account_id text NOT NULL,
  day        bigint NOT NULL,
  calls      bigint NOT NULL CHECK (calls >= 0),
  spent      bigint NOT NULL CHECK (spent >= 0),
  PRIMARY KEY (account_id, day)
);

-- One row while a second source is asked for comparison.
CREATE TABLE shadow_setting (
  id              bigint PRIMARY KEY NOT NULL CHECK (id = 1),
  second          text NOT NULL,
  per_mille       bigint NOT NULL CHECK (per_mille BETWEEN 1 AND 1000),
  compares        text NOT NULL CHECK (compares IN ('matches', 'verdicts')),
  budget_centifen bigint NOT NULL CHECK (budget_centifen >= 0),
  window_calls    bigint NOT NULL CHECK (window_calls > 0),
  alarm_per_mille bigint NOT NULL CHECK (alarm_per_mille BETWEEN 0 AND 1000),
  stops           bigint NOT NULL CHECK (stops IN (0, 1))
);

-- What comparisons of a Beijing month may have cost, by its first day.
CREATE TABLE shadow_month (
  month          bigint PRIMARY KEY NOT NULL,
  spent_centifen bigint NOT NULL CHECK (spent_centifen >= 0)
);

-- How often two sources said this and that of cards of a bank on a Beijing day.
CREATE TABLE shadow_comparison (
  day            bigint NOT NULL,
  route          text NOT NULL,
  second         text NOT NULL,
  -- Empty where the issuer is not known.
  bank           text NOT NULL,
  outcome        text NOT NULL,
  second_outcome text NOT NULL,
  count          bigint NOT NULL CHECK (count > 0),
  PRIMARY KEY (day, route, second, bank, outcome, second_outcome)
);

-- The comparisons by which drift is judged now.
CREATE TABLE shadow_window (
  route     text NOT NULL,
  second    text NOT NULL,
  compared  bigint NOT NULL,
  disagreed bigint NOT NULL,
  PRIMARY KEY (route, second)
);

-- A route that nobody is sent to until the operator releases it.
CREATE TABLE route_stop (
  route     text PRIMARY KEY NOT NULL,
  second    text NOT NULL,
  compared  bigint NOT NULL,
  disagreed bigint NOT NULL,
  at_ms     bigint NOT NULL
);

-- Accounts that are given an earlier verdict again, for so long by what it was; 0 for never.
CREATE TABLE verdict_cache (
  account_id    text PRIMARY KEY NOT NULL,
  match_ms      bigint NOT NULL CHECK (match_ms >= 0),
  mismatch_ms   bigint NOT NULL CHECK (mismatch_ms >= 0),
  card_state_ms bigint NOT NULL CHECK (card_state_ms >= 0)
);
`
