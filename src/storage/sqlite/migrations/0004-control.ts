/** What administration keeps beside accounts and keys. */
export const CONTROL = `
-- Answers to changes that were asked for under an idempotency key, kept for a day.
CREATE TABLE idempotency (
  actor          TEXT NOT NULL,
  key            TEXT NOT NULL,
  at_ms          INTEGER NOT NULL,
  request_digest TEXT NOT NULL,
  answer         TEXT NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_age ON idempotency (at_ms);
`
