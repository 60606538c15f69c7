/** Vendors that answer for the operator: how they are called, what each call costs, what a card has had. */
export const VENDORS = `
-- A row is written before the first byte leaves; its end says whether the vendor is paid.
CREATE TABLE vendor_attempt (
  id            text PRIMARY KEY NOT NULL,
  -- Of the call; 0 for a probe, behind which there is none.
  serial        bigint NOT NULL,
  request_id    text NOT NULL,
  account_id    text NOT NULL,
  route         text NOT NULL,
  vendor        text NOT NULL,
  product       text NOT NULL,
  at_ms         bigint NOT NULL,
  cost_centifen bigint NOT NULL CHECK (cost_centifen >= 0),
  state         text NOT NULL CHECK (state IN ('prepared', 'settled', 'free', 'unknown')),
  -- How far the request got, and the vendor's own words; empty until the end is known.
  phase         text NOT NULL DEFAULT '',
  code          text NOT NULL DEFAULT '',
  reference     text NOT NULL DEFAULT '',
  ended_at_ms   bigint,
  -- By what an unknown was closed: the bill of the vendor, or whoever knew, and why.
  evidence      text,
  CHECK ((state = 'prepared') = (ended_at_ms IS NULL))
);

CREATE INDEX vendor_attempt_time ON vendor_attempt (at_ms);
CREATE INDEX vendor_attempt_open ON vendor_attempt (state, at_ms) WHERE state IN ('prepared', 'unknown');

-- What a vendor said that it charges for a time, as it was last held against the rows.
CREATE TABLE vendor_bill (
  route         text NOT NULL,
  from_ms       bigint NOT NULL,
  to_ms         bigint NOT NULL,
  at_ms         bigint NOT NULL,
  evidence      text NOT NULL,
  -- Calls: charged by the bill; less those that we have as paid; on which both disagree.
  billed        bigint NOT NULL CHECK (billed >= 0),
  difference    bigint NOT NULL,
  unexplained   bigint NOT NULL CHECK (unexplained >= 0),
  PRIMARY KEY (route, from_ms, to_ms)
);

-- The counters of the guardian under keyed tokens that begin with their day.
CREATE TABLE guard_row (
  token         bytea PRIMARY KEY NOT NULL,
  -- Time and slot as doubles, whether it matched, the token of the tuple.
  marks         bytea NOT NULL,
  count         bigint NOT NULL,
  cleared_at_ms bigint,
  locked_at_ms  bigint
);

-- Which accounts have matched which cards, by periods of fifteen days.
CREATE TABLE guard_match (
  period bigint NOT NULL,
  token  bytea NOT NULL,
  at_ms  bigint NOT NULL,
  PRIMARY KEY (period, token)
);

-- Its row is the lock under which nodes change the counters one after another.
CREATE TABLE guard_turn (
  one bigint PRIMARY KEY CHECK (one = 1)
);

INSERT INTO guard_turn VALUES (1);

CREATE TABLE vendor_route (
  name              text PRIMARY KEY NOT NULL,
  vendor            text NOT NULL,
  credential_kind   text NOT NULL,
  credential_id     text NOT NULL,
  credential_sealed bytea NOT NULL,
  public_key        text,
  endpoint          text,
  ca                text,
  profile           text NOT NULL,
  -- What a paid call costs from so many paid calls of a month on: 0:2500,100000:2000.
  prices            text NOT NULL,
  tier              bigint NOT NULL,
  weight            bigint NOT NULL,
  created_at_ms     bigint NOT NULL
);

-- Accounts whose messages that only a vendor can read go there as they came.
CREATE TABLE vendor_passage (
  account_id text PRIMARY KEY NOT NULL
);

-- How calls of an account are routed; of the empty account, those of all others.
CREATE TABLE vendor_policy (
  account_id        text PRIMARY KEY NOT NULL,
  -- Names separated by commas; empty for all.
  routes            text NOT NULL,
  prefer            text NOT NULL CHECK (prefer IN ('weight', 'cost', 'latency')),
  total_timeout_ms  bigint NOT NULL CHECK (total_timeout_ms > 0),
  -- Of ten thousand calls of a day, how many may be paid twice after an unknown.
  double_pay_share  bigint NOT NULL CHECK (double_pay_share BETWEEN 0 AND 10000),
  -- Whether vendors are asked about a card that a registry named before them does not know.
  no_record_follows bigint NOT NULL DEFAULT 0 CHECK (no_record_follows IN (0, 1))
);
`
