/** What the call log keeps beside the charge, and the versions of what is charged. */
export const CALL_LOG = `
-- Both are null where nothing is known, and again once the call is too old for them to be kept.
ALTER TABLE call ADD COLUMN client TEXT;
ALTER TABLE call ADD COLUMN element_index BLOB;
-- Microseconds after which its steps were done.
ALTER TABLE call ADD COLUMN steps TEXT;
-- Calls up to this serial have been cleared of what is not kept for ever.
ALTER TABLE ledger ADD COLUMN forgotten_serial INTEGER NOT NULL DEFAULT 0;

-- Calls counted by hours, derived from their rows a while after they have ended.
CREATE TABLE call_hour (
  account_id TEXT NOT NULL,
  -- Hours since 1970.
  hour       INTEGER NOT NULL,
  mode       TEXT NOT NULL,
  api        TEXT NOT NULL,
  result     TEXT NOT NULL,
  -- Which range of LATENCY_BOUNDS_US their latencies lie in.
  bucket     INTEGER NOT NULL,
  calls      INTEGER NOT NULL,
  -- Of them those with a charge, given back or not.
  charged    INTEGER NOT NULL,
  PRIMARY KEY (account_id, hour, mode, api, result, bucket)
) STRICT, WITHOUT ROWID;

-- Calls up to this serial are counted.
CREATE TABLE call_hour_progress (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL
) STRICT;

INSERT INTO call_hour_progress VALUES (1, 0);

-- From its moment on, exactly the outcomes in charged cost a unit under the interface; never edited.
CREATE TABLE charge_rule (
  api               TEXT NOT NULL,
  version           INTEGER NOT NULL CHECK (version > 1),
  charged           TEXT NOT NULL,
  effective_from_ms INTEGER NOT NULL,
  created_at_ms     INTEGER NOT NULL,
  reason            TEXT NOT NULL,
  PRIMARY KEY (api, version)
) STRICT;
`
