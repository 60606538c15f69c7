/** Keys under which callers encrypt elements; the private part is sealed for the account and the key. */
export const DECRYPT_KEYS = `
CREATE TABLE decrypt_key (
  id             TEXT PRIMARY KEY NOT NULL,
  account_id     TEXT NOT NULL REFERENCES account (id),
  algorithm      TEXT NOT NULL CHECK (algorithm IN ('rsa', 'sm2', 'kms')),
  public_key     TEXT NOT NULL,
  private_sealed BLOB NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('active', 'retiring', 'retired')),
  created_at_ms  INTEGER NOT NULL,
  retired_at_ms  INTEGER
) STRICT;

CREATE INDEX decrypt_key_account ON decrypt_key (account_id);
CREATE UNIQUE INDEX decrypt_key_active ON decrypt_key (account_id, algorithm) WHERE state = 'active';
`
