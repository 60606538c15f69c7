/** Accounts, the keys they call with, and the audit of what operators did to them. */
export const ACCOUNTS = `
CREATE TABLE meta (
  name  TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  id              TEXT PRIMARY KEY NOT NULL,
  name            TEXT NOT NULL UNIQUE,
  state           TEXT NOT NULL CHECK (state IN (
    'inactive', 'unverified', 'active', 'charge_abnormal', 'arrears', 'frozen', 'closed'
  )),
  rate_per_second INTEGER NOT NULL CHECK (rate_per_second > 0),
  created_at_ms   INTEGER NOT NULL,
  -- Whether a body may stay outside the signature: by the policy of the service, or never.
  unsigned_payload TEXT NOT NULL DEFAULT 'policy' CHECK (unsigned_payload IN ('policy', 'refused'))
) STRICT;

CREATE TABLE key (
  id                TEXT PRIMARY KEY NOT NULL,
  account_id        TEXT NOT NULL REFERENCES account (id),
  kind              TEXT NOT NULL CHECK (kind IN ('tencent', 'appcode', 'appkey', 'direct')),
  mode              TEXT NOT NULL CHECK (mode IN ('test', 'live')),
  label             TEXT NOT NULL,
  credential_digest BLOB NOT NULL UNIQUE,
  secret_sealed     BLOB NOT NULL,
  cipher_sealed     BLOB,
  token_sealed      BLOB,
  expires_at_ms     INTEGER CHECK (expires_at_ms IS NULL OR token_sealed IS NOT NULL),
  state             TEXT NOT NULL CHECK (state IN ('active', 'revoked')),
  created_at_ms     INTEGER NOT NULL,
  revoked_at_ms     INTEGER,
  -- Replaced by another key: from then on as if revoked.
  retires_at_ms     INTEGER,
  -- Networks it may be called from, separated by spaces; NULL for any.
  addresses         TEXT,
  daily_cap         INTEGER CHECK (daily_cap > 0)
) STRICT;

CREATE INDEX key_account ON key (account_id);

CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at_ms   INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX audit_time ON audit (at_ms);
`
