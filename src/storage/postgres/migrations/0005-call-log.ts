/** The versions of what is charged; the call log itself stands in the tables of metering. */
export const CALL_LOG = `
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
