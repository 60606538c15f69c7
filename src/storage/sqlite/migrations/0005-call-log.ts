/** What the call log keeps beside the charge, and the versions of what is charged. */
export const CALL_LOG = `
-- Both are null where nothing is known, and again once the call is too old for them to be kept.
ALTER TABLE call ADD COLUMN client TEXT;
ALTER TABLE call ADD COLUMN element_index BLOB;
-- Microseconds after which its steps were done.
ALTER TABLE call ADD COLUMN steps TEXT;
-- Calls up to this serial have been cleared of what is not kept for ever.
ALTER TABLE ledger ADD COLUMN forgotten_serial INTEGER NOT NULL DEFAULT 0;

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
