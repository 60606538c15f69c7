/** Plans, orders, alerts: how units come to be granted. */
export const SALE = `
-- A version is never edited; the newest that is not retired is for sale.
CREATE TABLE plan (
  name            text NOT NULL,
  version         bigint NOT NULL CHECK (version > 0),
  kind            text NOT NULL CHECK (kind IN ('package', 'trial')),
  product         text NOT NULL,
  units           bigint NOT NULL CHECK (units > 0),
  price_fen       bigint NOT NULL CHECK (price_fen >= 0),
  -- One of the two is 0.
  valid_years     bigint NOT NULL CHECK (valid_years >= 0),
  valid_days      bigint NOT NULL CHECK (valid_days >= 0),
  rate_per_second bigint CHECK (rate_per_second > 0),
  created_at_ms   bigint NOT NULL,
  retired_at_ms   bigint,
  PRIMARY KEY (name, version),
  CHECK ((valid_years > 0) <> (valid_days > 0))
);

CREATE TABLE "order" (
  id              text PRIMARY KEY,
  account_id      text NOT NULL REFERENCES account (id),
  kind            text NOT NULL CHECK (kind IN ('package', 'trial', 'bill')),
  state           text NOT NULL
                  CHECK (state IN ('placed', 'paid', 'cancelled', 'partly_refunded', 'refunded')),
  -- Of a bill: null.
  plan_name       text,
  plan_version    bigint,
  product         text NOT NULL,
  mode            text NOT NULL CHECK (mode IN ('test', 'live')),
  units           bigint NOT NULL CHECK (units >= 0),
  amount_fen      bigint NOT NULL CHECK (amount_fen >= 0),
  -- Of a bill: the Beijing month it is for (2026-11), and when it must be paid.
  month           text,
  due_at_ms       bigint,
  placed_at_ms    bigint NOT NULL,
  paid_at_ms      bigint,
  cancelled_at_ms bigint,
  -- Who confirmed the payment, and under which number of its own.
  channel         text,
  payment_id      text,
  -- What the payment granted; null of a bill.
  grant_id        bigint UNIQUE,
  refunded_units  bigint NOT NULL CHECK (refunded_units BETWEEN 0 AND units),
  refunded_fen    bigint NOT NULL CHECK (refunded_fen BETWEEN 0 AND amount_fen),
  FOREIGN KEY (plan_name, plan_version) REFERENCES plan (name, version),
  CHECK ((paid_at_ms IS NULL) = (state IN ('placed', 'cancelled')))
);

CREATE INDEX order_account ON "order" (account_id, placed_at_ms);
CREATE INDEX order_due ON "order" (due_at_ms) WHERE state = 'placed' AND due_at_ms IS NOT NULL;

CREATE TABLE order_refund (
  order_id text NOT NULL REFERENCES "order" (id),
  -- 1, 2, … of one order.
  number   bigint NOT NULL,
  units    bigint NOT NULL CHECK (units > 0),
  fen      bigint NOT NULL CHECK (fen >= 0),
  at_ms    bigint NOT NULL,
  reason   text NOT NULL,
  PRIMARY KEY (order_id, number)
);

-- Each real identity (as a keyed token) and each account has one free trial.
CREATE TABLE trial_claim (
  claim    text PRIMARY KEY,
  order_id text NOT NULL REFERENCES "order" (id)
);

CREATE TABLE payment_provider (
  name          text PRIMARY KEY,
  secret_sealed bytea NOT NULL,
  created_at_ms bigint NOT NULL,
  revoked_at_ms bigint
);

-- What providers told us, once each, with what became of it.
CREATE TABLE payment_notice (
  provider   text NOT NULL,
  payment_id text NOT NULL,
  order_id   text NOT NULL,
  amount_fen bigint NOT NULL,
  at_ms      bigint NOT NULL,
  result     text NOT NULL,
  PRIMARY KEY (provider, payment_id)
);

-- What an account set otherwise than the default; lists of numbers are separated by commas.
CREATE TABLE alert_setting (
  account_id            text PRIMARY KEY REFERENCES account (id),
  low_percents          text NOT NULL,
  low_units             text NOT NULL,
  expiry_days           text NOT NULL,
  webhook_url           text,
  webhook_secret_sealed bytea,
  CHECK ((webhook_url IS NULL) = (webhook_secret_sealed IS NULL))
);

-- Which thresholds a pool of grants is below now, and how often it has crossed them.
CREATE TABLE alert_watch (
  account_id text NOT NULL,
  product    text NOT NULL,
  mode       text NOT NULL,
  threshold  text NOT NULL,
  crossed    bigint NOT NULL CHECK (crossed IN (0, 1)),
  crossings  bigint NOT NULL,
  PRIMARY KEY (account_id, product, mode, threshold)
);

CREATE TABLE alert (
  id                 text PRIMARY KEY,
  account_id         text NOT NULL REFERENCES account (id),
  kind               text NOT NULL,
  -- Names the crossing, so that it is told once.
  crossing           text NOT NULL UNIQUE,
  -- JSON as it is delivered.
  body               text NOT NULL,
  raised_at_ms       bigint NOT NULL,
  delivery           text NOT NULL CHECK (delivery IN ('kept', 'pending', 'delivered', 'failed')),
  attempts           bigint NOT NULL,
  next_attempt_at_ms bigint NOT NULL,
  -- What the last attempt met: an HTTP status or a word of ours.
  last_result        text NOT NULL
);

CREATE INDEX alert_account ON alert (account_id, raised_at_ms);
CREATE INDEX alert_pending ON alert (next_attempt_at_ms) WHERE delivery = 'pending';

CREATE TABLE reorder (
  account_id  text NOT NULL REFERENCES account (id),
  product     text NOT NULL,
  mode        text NOT NULL CHECK (mode IN ('test', 'live')),
  plan_name   text NOT NULL,
  below_units bigint NOT NULL CHECK (below_units > 0),
  PRIMARY KEY (account_id, product, mode)
);

-- What a postpaid account may use in a month, and what it costs.
CREATE TABLE postpaid (
  account_id               text NOT NULL REFERENCES account (id),
  product                  text NOT NULL,
  units_per_month          bigint NOT NULL CHECK (units_per_month > 0),
  price_fen_per_1000_units bigint NOT NULL CHECK (price_fen_per_1000_units >= 0),
  due_days                 bigint NOT NULL CHECK (due_days > 0),
  ended_at_ms              bigint,
  PRIMARY KEY (account_id, product)
);

CREATE TABLE postpaid_month (
  account_id               text NOT NULL,
  product                  text NOT NULL,
  month                    text NOT NULL,
  -- Null only within the transaction that begins the month.
  grant_id                 bigint UNIQUE,
  -- As agreed when the month began.
  price_fen_per_1000_units bigint NOT NULL,
  due_days                 bigint NOT NULL,
  billed_at_ms             bigint,
  -- Null of a month in which nothing was used.
  order_id                 text REFERENCES "order" (id),
  PRIMARY KEY (account_id, product, month)
);

-- When a periodic job last ran, on whichever node.
CREATE TABLE job (
  name      text PRIMARY KEY,
  ran_at_ms bigint NOT NULL
);
`
