/** By what calls are found, and the versions of what is charged; calls stand in the tables of metering. */
export const CALL_LOG = `
-- Several nodes number their calls at the same time: only this has them in order of time.
CREATE INDEX call_time ON call (at_ms, serial);

-- A call that reserved is told with what became of it; one that burnt names its entry itself.
CREATE INDEX entry_reserved ON entry (serial) WHERE kind IN ('reserve', 'settle', 'release');

-- Calls counted by hours, derived from their rows a while after they have ended.
CREATE TABLE call_hour (
  account_id text NOT NULL,
  -- Hours since 1970.
  hour       bigint NOT NULL,
  mode       text NOT NULL,
  api        text NOT NULL,
  result     text NOT NULL,
  -- Which range of LATENCY_BOUNDS_US their latencies lie in.
  bucket     bigint NOT NULL,
  calls      bigint NOT NULL,
  -- Of them those with a charge, given back or not.
  charged    bigint NOT NULL,
  PRIMARY KEY (account_id, hour, mode, api, result, bucket)
);

-- Calls before this moment are counted.
CREATE TABLE call_hour_progress (
  one      bigint PRIMARY KEY CHECK (one = 1),
  position bigint NOT NULL
);

INSERT INTO call_hour_progress VALUES (1, 0);

-- From its moment on, exactly the outcomes in charged cost a unit under the interface; never edited.
CREATE TABLE charge_rule (
  api               text NOT NULL,
  version           bigint NOT NULL CHECK (version > 1),
  charged           text NOT NULL,
  effective_from_ms bigint NOT NULL,
  created_at_ms     bigint NOT NULL,
  reason            text NOT NULL,
  PRIMARY KEY (api, version)
);
`
