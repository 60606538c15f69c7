/** People of the console with what they log in by, their sessions, and failed logins. */
export const USERS = `
CREATE TABLE console_user (
  id                    TEXT PRIMARY KEY NOT NULL,
  name                  TEXT NOT NULL UNIQUE,
  role                  TEXT NOT NULL
                        CHECK (role IN ('operator', 'auditor', 'buyer_admin', 'buyer_developer',
                                        'buyer_finance')),
  account_id            TEXT REFERENCES account (id),
  state                 TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
  password_hash         TEXT,
  totp_sealed           BLOB,
  totp_pending_sealed   BLOB,
  totp_step             INTEGER NOT NULL,
  invitation_digest     TEXT UNIQUE,
  invitation_ends_at_ms INTEGER,
  created_at_ms         INTEGER NOT NULL,
  CHECK ((account_id IS NULL) = (role IN ('operator', 'auditor'))),
  CHECK ((password_hash IS NULL) = (state = 'invited') OR state = 'disabled')
) STRICT;

CREATE TABLE console_session (
  digest        TEXT PRIMARY KEY NOT NULL,
  user_id       TEXT NOT NULL REFERENCES console_user (id),
  created_at_ms INTEGER NOT NULL,
  seen_at_ms    INTEGER NOT NULL,
  -- Where it was begun; empty of one begun before this was kept.
  network       TEXT NOT NULL
) STRICT;

CREATE INDEX console_session_user ON console_session (user_id);

CREATE TABLE login_failure (
  name_digest TEXT NOT NULL,
  network     TEXT NOT NULL,
  failures    INTEGER NOT NULL,
  last_at_ms  INTEGER NOT NULL,
  PRIMARY KEY (name_digest, network)
) STRICT;

-- The newest logins and failures of each person; under the empty id, those of names nobody has.
CREATE TABLE login_event (
  user_id TEXT NOT NULL,
  at_ms   INTEGER NOT NULL,
  network TEXT NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('begun', 'failed'))
) STRICT;

CREATE INDEX login_event_user ON login_event (user_id, at_ms);

CREATE INDEX login_failure_age ON login_failure (last_at_ms);
`
