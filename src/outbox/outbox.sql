-- Events that wait to be moved to Ringback. A relay takes away what was accepted; what was refused stays, with its problem.
CREATE TABLE IF NOT EXISTS "ringback_outbox" (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Tells the event from all others, in whatever database: it is accepted once.
  key uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL,
  event text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  refused_at timestamptz,
  problem json
);
CREATE INDEX IF NOT EXISTS "ringback_outbox_waiting" ON "ringback_outbox" (seq) WHERE refused_at IS NULL;
