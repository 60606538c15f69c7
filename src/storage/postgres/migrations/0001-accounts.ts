/** Accounts, the keys they call with, and the audit of what operators did to them. */
export const ACCOUNTS = `
CREATE TABLE meta (
  name  text PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE account (
  id              text PRIMARY KEY,
  name            text NOT NULL UNIQUE,
  state           text NOT NULL CHECK (state IN (
    'inactive', 'unverified', 'active', 'charge_abnormal', 'arrears', 'frozen', 'closed'
  )),
  rate_per_second bigint NOT NULL CHECK (rate_per_second > 0),
  created_at_ms   bigint NOT NULL,
  -- Whether a body may stay outside the signature: by the policy of the service, or never.
  unsigned_payload text NOT NULL DEFAULT 'policy' CHECK (unsigned_payload IN ('policy', 'refused'))
);

CREATE TABLE key (
  id                text PRIMARY KEY,
  account_id        text NOT NULL REFERENCES account (id),
  kind              text NOT NULL CHECK (kind IN ('tencent', 'appcode', 'appkey', 'direct')),
  mode              text NOT NULL CHECK (mode IN ('test', 'live')),
  label             text NOT NULL,
  credential_digest bytea NOT NULL UNIQUE,
  secret_sealed     bytea NOT NULL,
  cipher_sealed     bytea,
  token_sealed      bytea,
  expires_at_ms     bigint CHECK (expires_at_ms IS NULL OR token_sealed IS NOT NULL),
  state             text NOT NULL CHECK (state IN ('active', 'revoked')),
  created_at_ms     bigint NOT NULL,
  revoked_at_ms     bigint,
  -- Replaced by another key: from then on as if revoked.
  retires_at_ms     bigint,
  -- Networks it may be called from, separated by spaces; NULL for any.
  addresses         text,
  daily_cap         bigint CHECK (daily_cap > 0)
);

CREATE INDEX key_account ON key (account_id);

CREATE TABLE audit (
  id      bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  at_ms   bigint NOT NULL,
  actor   text NOT NULL,
  action  text NOT NULL,
  subject text NOT NULL,
  detail  text NOT NULL DEFAULT ''
);

CREATE INDEX audit_time ON audit (at_ms, id);

-- Answers to changes that were asked for under an idempotency key, kept for a day.
CREATE TABLE idempotency (
  actor          text NOT NULL,
  key            text NOT NULL,
  at_ms          bigint NOT NULL,
  request_digest text NOT NULL,
  answer         text NOT NULL,
  PRIMARY KEY (actor, key)
);

CREATE INDEX idempotency_age ON idempotency (at_ms);

CREATE TABLE decrypt_key (
  id             text PRIMARY KEY,
  account_id     text NOT NULL REFERENCES account (id),
  algorithm      text NOT NULL CHECK (algorithm IN ('rsa', 'sm2', 'kms')),
  public_key     text NOT NULL,
  private_sealed bytea NOT NULL,
  state          text NOT NULL CHECK (state IN ('active', 'retiring', 'retired')),
  created_at_ms  bigint NOT NULL,
  retired_at_ms  bigint
);

CREATE INDEX decrypt_key_account ON decrypt_key (account_id);
CREATE UNIQUE INDEX decrypt_key_active ON decrypt_key (account_id, algorithm)
  WHERE state = 'active';
`
