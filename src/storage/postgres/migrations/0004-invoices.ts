/** Invoices with their files, the titles that accounts keep, and the seals over the ledger. */
export const INVOICES = `
CREATE TABLE invoice (
  id              text PRIMARY KEY,
  account_id      text NOT NULL REFERENCES account (id),
  kind            text NOT NULL CHECK (kind IN ('ordinary', 'special')),
  material        text NOT NULL CHECK (material IN ('electronic', 'paper')),
  state           text NOT NULL
                  CHECK (state IN ('processing', 'issued', 'rejected', 'withdrawn', 'reversed')),
  -- A tax number may be somebody's identity number: nothing of the buyer is kept in clear.
  buyer_sealed    bytea NOT NULL,
  number          text UNIQUE,
  reason          text,
  requested_at_ms bigint NOT NULL,
  closed_at_ms    bigint,
  CHECK ((number IS NULL) = (state IN ('processing', 'rejected', 'withdrawn')))
);

CREATE INDEX invoice_account ON invoice (account_id, requested_at_ms);

CREATE TABLE invoice_order (
  invoice_id text NOT NULL REFERENCES invoice (id),
  order_id   text NOT NULL REFERENCES "order" (id),
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  active     bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (invoice_id, order_id)
);

-- Each order stands on one invoice at most.
CREATE UNIQUE INDEX invoice_order_once ON invoice_order (order_id) WHERE active = 1;

CREATE TABLE red_letter (
  number     text PRIMARY KEY,
  invoice_id text NOT NULL REFERENCES invoice (id),
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  at_ms      bigint NOT NULL,
  reason     text NOT NULL
);

CREATE INDEX red_letter_invoice ON red_letter (invoice_id);

CREATE TABLE invoice_file (
  invoice_id text NOT NULL REFERENCES invoice (id),
  number     bigint NOT NULL CHECK (number > 0),
  name       text NOT NULL,
  format     text NOT NULL CHECK (format IN ('pdf', 'ofd', 'xml')),
  bytes      bigint NOT NULL,
  sha256     text NOT NULL,
  content    bytea NOT NULL,
  PRIMARY KEY (invoice_id, number)
);

CREATE TABLE invoice_title (
  id           text PRIMARY KEY,
  account_id   text NOT NULL REFERENCES account (id),
  title_sealed bytea NOT NULL,
  saved_at_ms  bigint NOT NULL
);

CREATE INDEX invoice_title_account ON invoice_title (account_id);

-- Each closes the rows after the one before it: the last id of each kind, and how many there were.
CREATE TABLE seal (
  number     bigint PRIMARY KEY,
  at_ms      bigint NOT NULL,
  entry_id   bigint NOT NULL,
  entry_rows bigint NOT NULL,
  audit_id   bigint NOT NULL,
  audit_rows bigint NOT NULL,
  digest     text NOT NULL,
  signature  text NOT NULL
);
`
