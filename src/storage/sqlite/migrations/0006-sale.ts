/** Plans, orders, alerts: how units come to be granted. */
export const SALE = `
-- A version is never edited; the newest that is not retired is for sale.
CREATE TABLE plan (
  name            TEXT NOT NULL,
  version         INTEGER NOT NULL CHECK (version > 0),
  kind            TEXT NOT NULL CHECK (kind IN ('package', 'trial')),
  product         TEXT NOT NULL,
  units           INTEGER NOT NULL CHECK (units > 0),
  price_fen       INTEGER NOT NULL CHECK (price_fen >= 0),
  -- One of the two is 0.
  valid_years     INTEGER NOT NULL CHECK (valid_years >= 0),
  valid_days      INTEGER NOT NULL CHECK (valid_days >= 0),
  rate_per_second INTEGER CHECK (rate_per_second > 0),
  created_at_ms   INTEGER NOT NULL,
  retired_at_ms   INTEGER,
  PRIMARY KEY (name, version),
  CHECK ((valid_years > 0) <> (valid_days > 0))
) STRICT;

CREATE TABLE "order" (
  id              TEXT PRIMARY KEY NOT NULL,
  account_id      TEXT NOT NULL REFERENCES account (id),
  kind            TEXT NOT NULL CHECK (kind IN ('package', 'trial', 'bill')),
  state           TEXT NOT NULL
                  CHECK (state IN ('placed', 'paid', 'cancelled', 'partly_refunded', 'refunded')),
  -- Of a bill: null.
  plan_name       TEXT,
  plan_version    INTEGER,
  product         TEXT NOT NULL,
  mode            TEXT NOT NULL CHECK (mode IN ('test', 'live')),
  units           INTEGER NOT NULL CHECK (units >= 0),
  amount_fen      INTEGER NOT NULL CHECK (amount_fen >= 0),
  -- Of a bill: the Beijing month it is for (2026-11), and when it must be paid.
  month           TEXT,
  due_at_ms       INTEGER,
  placed_at_ms    INTEGER NOT NULL,
  paid_at_ms      INTEGER,
  cancelled_at_ms INTEGER,
  -- Who confirmed the payment, and under which number of its own.
  channel         TEXT,
  payment_id      TEXT,
  -- What the payment granted; null of a bill.
  grant_id        INTEGER UNIQUE,
  refunded_units  INTEGER NOT NULL CHECK (refunded_units BETWEEN 0 AND units),
  refunded_fen    INTEGER NOT NULL CHECK (refunded_fen BETWEEN 0 AND amount_fen),
  FOREIGN KEY (plan_name, plan_version) REFERENCES plan (name, version),
  CHECK ((paid_at_ms IS NULL) = (state IN ('placed', 'cancelled')))
) STRICT;

CREATE INDEX order_account ON "order" (account_id, placed_at_ms);
CREATE INDEX order_due ON "order" (due_at_ms) WHERE state = 'placed' AND due_at_ms IS NOT NULL;

CREATE TABLE order_refund (
  order_id TEXT NOT NULL REFERENCES "order" (id),
  -- 1, 2, … of one order.
  number   INTEGER NOT NULL,
  units    INTEGER NOT NULL CHECK (units > 0),
  fen      INTEGER NOT NULL CHECK (fen >= 0),
  at_ms    INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  PRIMARY KEY (order_id, number)
) STRICT;

-- Each real identity (as a keyed token) and each account has one free trial.
CREATE TABLE trial_claim (
  claim    TEXT PRIMARY KEY NOT NULL,
  order_id TEXT NOT NULL REFERENCES "order" (id)
) STRICT;

CREATE TABLE payment_provider (
  name          TEXT PRIMARY KEY NOT NULL,
  secret_sealed BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER
) STRICT;

-- What providers told us, once each, with what became of it.
CREATE TABLE payment_notice (
  provider   TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  order_id   TEXT NOT NULL,
  amount_fen INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  result     TEXT NOT NULL,
  PRIMARY KEY (provider, payment_id)
) STRICT;

-- What an account set otherwise than the default; lists of numbers are separated by commas.
CREATE TABLE alert_setting (
  account_id            TEXT PRIMARY KEY NOT NULL REFERENCES account (id),
  low_percents          TEXT NOT NULL,
  low_units             TEXT NOT NULL,
  expiry_days           TEXT NOT NULL,
  webhook_url           TEXT,
  webhook_secret_sealed BLOB,
  CHECK ((webhook_url IS NULL) = (webhook_secret_sealed IS NULL))
) STRICT;

-- Which thresholds a pool of grants is below now, and how often it has crossed them.
CREATE TABLE alert_watch (
  account_id TEXT NOT NULL,
  product    TEXT NOT NULL,
  mode       TEXT NOT NULL,
  threshold  TEXT NOT NULL,
  crossed    INTEGER NOT NULL CHECK (crossed IN (0, 1)),
  crossings  INTEGER NOT NULL,
  PRIMARY KEY (account_id, product, mode, threshold)
) STRICT;

CREATE TABLE alert (
  id                 TEXT PRIMARY KEY NOT NULL,
  account_id         TEXT NOT NULL REFERENCES account (id),
  kind               TEXT NOT NULL,
  -- Names the crossing, so that it is told once.
  crossing           TEXT NOT NULL UNIQUE,
  -- JSON as it is delivered.
  body               TEXT NOT NULL,
  raised_at_ms       INTEGER NOT NULL,
  delivery           TEXT NOT NULL CHECK (delivery IN ('kept', 'pending', 'delivered', 'failed')),
  attempts           INTEGER NOT NULL,
  next_attempt_at_ms INTEGER NOT NULL,
  -- What the last attempt met: an HTTP status or a word of ours.
  last_result        TEXT NOT NULL
) STRICT;

CREATE INDEX alert_account ON alert (account_id, raised_at_ms);
CREATE INDEX alert_pending ON alert (next_attempt_at_ms) WHERE delivery = 'pending';

-- Alerts sum the grants of some accounts at a time; grants are seldom made.
CREATE INDEX grant_account ON grant (account_id);

CREATE TABLE reorder (
  account_id  TEXT NOT NULL REFERENCES account (id),
  product     TEXT NOT NULL,
  mode        TEXT NOT NULL CHECK (mode IN ('test', 'live')),
  plan_name   TEXT NOT NULL,
  below_units INTEGER NOT NULL CHECK (below_units > 0),
  PRIMARY KEY (account_id, product, mode)
) STRICT;

-- What a postpaid account may use in a month, and what it costs.
CREATE TABLE postpaid (
  account_id               TEXT NOT NULL REFERENCES account (id),
  product                  TEXT NOT NULL,
  units_per_month          INTEGER NOT NULL CHECK (units_per_month > 0),
  price_fen_per_1000_units INTEGER NOT NULL CHECK (price_fen_per_1000_units >= 0),
  due_days                 INTEGER NOT NULL CHECK (due_days > 0),
  ended_at_ms              INTEGER,
  PRIMARY KEY (account_id, product)
) STRICT;

CREATE TABLE postpaid_month (
  account_id               TEXT NOT NULL,
  product                  TEXT NOT NULL,
  month                    TEXT NOT NULL,
  -- Null only within the transaction that begins the month.
  grant_id                 INTEGER UNIQUE,
  -- As agreed when the month began.
  price_fen_per_1000_units INTEGER NOT NULL,
  due_days                 INTEGER NOT NULL,
  billed_at_ms             INTEGER,
  -- Null of a month in which nothing was used.
  order_id                 TEXT REFERENCES "order" (id),
  PRIMARY KEY (account_id, product, month)
) STRICT;

-- When a periodic job last ran, on whichever node.
CREATE TABLE job (
  name      TEXT PRIMARY KEY NOT NULL,
  ran_at_ms INTEGER NOT NULL
) STRICT;
`
