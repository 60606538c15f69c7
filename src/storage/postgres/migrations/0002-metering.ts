/**
 * Exact metering for several nodes on one database. Every table of the hot path has the account in
 * its key, so that a distributed engine keeps what one account writes together (docs/operating.md);
 * there is no foreign key on the hot path, `kayan ledger verify` proves the references.
 */
export const METERING = `
-- The grants that may pay for one kind of call. Its row is the lock under which its units move.
CREATE TABLE pool (
  account_id text NOT NULL,
  product    text NOT NULL,
  mode       text NOT NULL CHECK (mode IN ('test', 'live')),
  -- Ledger time of its last entry: it never runs backwards.
  last_ms    bigint NOT NULL,
  -- Number of its last entry: who wrote it last sees by it whether anybody came since.
  last_entry bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, product, mode)
) WITH (fillfactor = 50);

CREATE SEQUENCE grant_id;

CREATE TABLE "grant" (
  id            bigint NOT NULL,
  account_id    text NOT NULL REFERENCES account (id),
  product       text NOT NULL,
  mode          text NOT NULL CHECK (mode IN ('test', 'live')),
  units         bigint NOT NULL CHECK (units > 0),
  priority      bigint NOT NULL,
  starts_at_ms  bigint NOT NULL,
  expires_at_ms bigint NOT NULL CHECK (expires_at_ms > starts_at_ms),
  created_at_ms bigint NOT NULL,
  reason        text NOT NULL,
  PRIMARY KEY (id, account_id)
);

CREATE INDEX grant_account ON "grant" (account_id, product, mode);

-- Projection of the entries, kept in their transaction; the checks are the safety net of the kernel.
CREATE TABLE balance (
  grant_id      bigint NOT NULL,
  account_id    text NOT NULL,
  available     bigint NOT NULL CHECK (available >= 0),
  reserved      bigint NOT NULL CHECK (reserved >= 0),
  used          bigint NOT NULL CHECK (used >= 0),
  expired       bigint NOT NULL CHECK (expired >= 0),
  withdrawn     bigint NOT NULL CHECK (withdrawn >= 0),
  expires_at_ms bigint NOT NULL,
  PRIMARY KEY (grant_id, account_id),
  FOREIGN KEY (grant_id, account_id) REFERENCES "grant" (id, account_id)
) WITH (fillfactor = 50);

-- A block of numbers is taken while the pools of a transaction are locked, and used up by those after
-- it as long as nobody else moves units there: within a pool entries are numbered in the order of
-- their commits. The increment is ENTRY_BLOCK of the code.
CREATE SEQUENCE entry_block INCREMENT BY 8192;

CREATE TABLE entry (
  id            bigint NOT NULL,
  account_id    text NOT NULL,
  kind          text NOT NULL,
  grant_id      bigint NOT NULL,
  units         bigint NOT NULL CHECK (units >= 0),
  at_ms         bigint NOT NULL,
  serial        bigint,
  rule_version  bigint,
  undoes        bigint,
  expires_at_ms bigint,
  reason        text,
  PRIMARY KEY (id, account_id)
);

-- Partial, so that no call touches it: each charge is undone at most once.
CREATE UNIQUE INDEX entry_undoes ON entry (undoes, account_id) WHERE undoes IS NOT NULL;

-- What many calls have in common, named once.
CREATE TABLE lane (
  id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  account_id text NOT NULL,
  key_id     text NOT NULL,
  api        text NOT NULL,
  product    text NOT NULL,
  mode       text NOT NULL,
  source     text NOT NULL,
  UNIQUE (account_id, key_id, api, product, mode, source)
);

CREATE TABLE call (
  serial        bigint NOT NULL,
  account_id    text NOT NULL,
  lane_id       bigint NOT NULL,
  at_ms         bigint NOT NULL,
  result        text NOT NULL,
  billable      bigint NOT NULL,
  rule_version  bigint NOT NULL,
  latency_us    bigint NOT NULL,
  -- The entry that charged it.
  entry_id      bigint,
  answer        text NOT NULL,
  client        text,
  element_index bytea,
  -- Microseconds after which its steps were done.
  steps         text,
  PRIMARY KEY (serial, account_id)
);

-- Kept for eleven minutes: what repeats are recognised by. A row without a call is under way; one
-- without a reservation as well was lost with its node while a vendor was asked.
CREATE TABLE repeat (
  serial        bigint NOT NULL,
  account_id    text NOT NULL,
  at_ms         bigint NOT NULL,
  repeat_key    bytea CHECK (length(repeat_key) = 32),
  element_token bytea CHECK (length(element_token) = 16),
  -- 1: charged, and known not to have reached its caller.
  undelivered   bigint NOT NULL,
  PRIMARY KEY (serial, account_id)
);

CREATE UNIQUE INDEX repeat_once ON repeat (repeat_key, account_id) WHERE repeat_key IS NOT NULL;
CREATE INDEX repeat_lost ON repeat (element_token) WHERE undelivered = 1;
CREATE INDEX repeat_age ON repeat (at_ms);

-- Units that keys with a daily cap took on their newest Beijing day (days since 1970).
CREATE TABLE key_day (
  key_id     text NOT NULL,
  account_id text NOT NULL,
  day        bigint NOT NULL,
  used       bigint NOT NULL CHECK (used >= 0),
  PRIMARY KEY (key_id, account_id)
) WITH (fillfactor = 50);

-- One row for each start of a node.
CREATE TABLE node (
  id        bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  -- Survives restarts: who starts under a name ends whoever had it.
  name      text NOT NULL,
  state     text NOT NULL CHECK (state IN ('running', 'dead', 'ended')),
  -- Moved by the node while it lives.
  beats     bigint NOT NULL,
  -- No charged call of the node up to this serial waits for its reply to be handed over, but those
  -- marked in repeat.
  watermark bigint NOT NULL
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX node_running ON node (name) WHERE state = 'running';

CREATE TABLE reservation (
  serial     bigint NOT NULL,
  account_id text NOT NULL,
  grant_id   bigint NOT NULL,
  at_ms      bigint NOT NULL,
  node_id    bigint NOT NULL,
  PRIMARY KEY (serial, account_id)
);

-- A row for each transaction of a node, kept while its outcome may be asked for. Who inserts the same
-- row first decides whether the transaction happened.
CREATE TABLE batch (
  node_id   bigint NOT NULL,
  number    bigint NOT NULL,
  at_ms     bigint NOT NULL,
  watermark bigint NOT NULL,
  PRIMARY KEY (node_id, number)
);

CREATE TABLE ledger (
  one         bigint PRIMARY KEY CHECK (one = 1),
  next_serial bigint NOT NULL
);

INSERT INTO ledger VALUES (1, 1);

-- Blocks of serial numbers, each of one node for ever.
CREATE TABLE serial_block (
  first   bigint PRIMARY KEY,
  past    bigint NOT NULL,
  node_id bigint NOT NULL
);

CREATE INDEX serial_block_node ON serial_block (node_id);
`
