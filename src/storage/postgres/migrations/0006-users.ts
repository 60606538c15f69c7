/** People of the console with what they log in by, their sessions, and failed logins. */
export const USERS = `
CREATE TABLE console_user (
  id                    text PRIMARY KEY,
  name                  text NOT NULL UNIQUE,
  role                  text NOT NULL
                        CHECK (role IN ('operator', 'auditor', 'buyer_admin', 'buyer_developer',
                                        'buyer_finance')),
  account_id            text REFERENCES account (id),
  state                 text NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
  password_hash         text,
  totp_sealed           bytea,
  totp_pending_sealed   bytea,
  totp_step             bigint NOT NULL,
  invitation_digest     text UNIQUE,
  invitation_ends_at_ms bigint,
  created_at_ms         bigint NOT NULL,
  CHECK ((account_id IS NULL) = (role IN ('operator', 'auditor'))),
  CHECK ((password_hash IS NULL) = (state = 'invited') OR state = 'disabled')
);

CREATE TABLE console_session (
  digest        text PRIMARY KEY,
  user_id       text NOT NULL REFERENCES console_user (id),
  created_at_ms bigint NOT NULL,
  seen_at_ms    bigint NOT NULL,
  -- Where it was begun; empty of one begun before this was kept.
  network       text NOT NULL
);

CREATE INDEX console_session_user ON console_session (user_id);

CREATE TABLE login_failure (
  name_digest text NOT NULL,
  network     text NOT NULL,
  failures    bigint NOT NULL,
  last_at_ms  bigint NOT NULL,
  PRIMARY KEY (name_digest, network)
);

-- The newest logins and failures of each person; under the empty id, those of names nobody has.
CREATE TABLE login_event (
  user_id text NOT NULL,
  at_ms   bigint NOT NULL,
  network text NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('begun', 'failed'))
);

CREATE INDEX login_event_user ON login_event (user_id, at_ms);

CREATE INDEX login_failure_age ON login_failure (last_at_ms);
`
