/** Invoices with their files, the titles that accounts keep, and the seals over the ledger. */
export const INVOICES = `
CREATE TABLE invoice (
  id              TEXT PRIMARY KEY NOT NULL,
  account_id      TEXT NOT NULL REFERENCES account (id),
  kind            TEXT NOT NULL CHECK (kind IN ('ordinary', 'special')),
  material        TEXT NOT NULL CHECK (material IN ('electronic', 'paper')),
  state           TEXT NOT NULL
                  CHECK (state IN ('processing', 'issued', 'rejected', 'withdrawn', 'reversed')),
  -- A tax number may be somebody's identity number: nothing of the buyer is kept in clear.
  buyer_sealed    BLOB NOT NULL,
  number          TEXT UNIQUE,
  reason          TEXT,
  requested_at_ms INTEGER NOT NULL,
  closed_at_ms    INTEGER,
  CHECK ((number IS NULL) = (state IN ('processing', 'rejected', 'withdrawn')))
) STRICT;

CREATE INDEX invoice_account ON invoice (account_id, requested_at_ms);

CREATE TABLE invoice_order (
  invoice_id TEXT NOT NULL REFERENCES invoice (id),
  order_id   TEXT NOT NULL REFERENCES "order" (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  active     INTEGER NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (invoice_id, order_id)
) STRICT;

-- Each order stands on one invoice at most.
CREATE UNIQUE INDEX invoice_order_once ON invoice_order (order_id) WHERE active = 1;

CREATE TABLE red_letter (
  number     TEXT PRIMARY KEY NOT NULL,
  invoice_id TEXT NOT NULL REFERENCES invoice (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  at_ms      INTEGER NOT NULL,
  reason     TEXT NOT NULL
) STRICT;

CREATE INDEX red_letter_invoice ON red_letter (invoice_id);

CREATE TABLE invoice_file (
  invoice_id TEXT NOT NULL REFERENCES invoice (id),
  number     INTEGER NOT NULL CHECK (number > 0),
  name       TEXT NOT NULL,
  format     TEXT NOT NULL CHECK (format IN ('pdf', 'ofd', 'xml')),
  bytes      INTEGER NOT NULL,
  sha256     TEXT NOT NULL,
  content    BLOB NOT NULL,
  PRIMARY KEY (invoice_id, number)
) STRICT;

CREATE TABLE invoice_title (
  id           TEXT PRIMARY KEY NOT NULL,
  account_id   TEXT NOT NULL REFERENCES account (id),
  title_sealed BLOB NOT NULL,
  saved_at_ms  INTEGER NOT NULL
) STRICT;

CREATE INDEX invoice_title_account ON invoice_title (account_id);

-- Each closes the rows after the one before it: the last id of each kind, and how many there were.
CREATE TABLE seal (
  number     INTEGER PRIMARY KEY,
  at_ms      INTEGER NOT NULL,
  entry_id   INTEGER NOT NULL,
  entry_rows INTEGER NOT NULL,
  audit_id   INTEGER NOT NULL,
  audit_rows INTEGER NOT NULL,
  digest     TEXT NOT NULL,
  signature  TEXT NOT NULL
) STRICT;
`
