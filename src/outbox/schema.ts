/** The table of an outbox in a host's own database. */

/** What it is called unless told. */
export const OUTBOX_TABLE = 'ringback_outbox'

/**
 * The SQL that makes it; `outbox.sql` beside this file is the same. Put it among your migrations.
 * @param table another name, with its schema if it has one
 */
export function outboxSchema(table: string = OUTBOX_TABLE): string {
  const name = identifier(table)
  const waiting = identifier(`${table.split('.').at(-1)}_waiting`)
  return `-- Events that wait to be moved to Ringback. A relay takes away what was accepted; what was refused stays, with its problem.
CREATE TABLE IF NOT EXISTS ${name} (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Tells the event from all others, in whatever database: it is accepted once.
  key uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL,
  event text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  refused_at timestamptz,
  problem json
);
CREATE INDEX IF NOT EXISTS ${waiting} ON ${name} (seq) WHERE refused_at IS NULL;
`
}

/**
 * A table's name as SQL has it.
 * @throws TypeError for a name that cannot be one
 */
export function identifier(table: string): string {
  const parts = table.split('.')
  if (parts.length > 2 || parts.some((part) => !/^[A-Za-z_]\w{0,62}$/.test(part)))
    throw new TypeError(`${JSON.stringify(table)} cannot be the name of a table.`)
  return parts.map((part) => `"${part}"`).join('.')
}
