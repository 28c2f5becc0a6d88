/** All SQL of the relay. */
import { identifier } from './schema.ts'

/** A connection between `begin` and `commit`. */
export interface RelayConnection {
  // biome-ignore lint/suspicious/noExplicitAny: as node-postgres declares it
  query(text: string, values: any[]): Promise<{ rows: any[] }>
  release(destroy?: boolean): void
  /** Tells of a connection that breaks. */
  on?(event: 'error', listener: () => void): unknown
  off?(event: 'error', listener: () => void): unknown
}

/** An event that waits. */
export interface OutboxRow {
  seq: string
  key: string
  tenant_id: string
  event: string
}

/** As many as the server accepts in one commit: more would be two, side by side, and lose their order. */
const MOST_ROWS = 500

/** It takes 4 MiB, and each event is wrapped a little. */
const MOST_BYTES = 3 * 1024 * 1024

/** The rows of one outbox. */
export interface OutboxRows {
  /** The oldest rows; undefined when another relay is at it. */
  take(connection: RelayConnection): Promise<OutboxRow[] | undefined>
  remove(connection: RelayConnection, rows: readonly OutboxRow[]): Promise<void>
  refuse(connection: RelayConnection, row: OutboxRow, problem: object): Promise<void>
}

export function openOutbox(table: string): OutboxRows {
  const name = identifier(table)
  return {
    async take(connection) {
      // Ends with the transaction, and with the connection: nobody has to wait for a relay that died. The table's own number
      // is the same however it is called, with its schema or without.
      const lock = `select pg_try_advisory_xact_lock(hashtextextended('ringback relay ' || $1::regclass::oid, 0)) as mine`
      const { rows: locks } = await connection.query(lock, [name])
      if (!locks[0].mine) return undefined
      const { rows } = await connection.query(
        `select seq, key, tenant_id, event from (
           select *, sum(octet_length(event)) over w as total, row_number() over w as place
           from (select * from ${name} where refused_at is null order by seq limit ${MOST_ROWS}) as oldest
           window w as (order by seq)
         ) as page
         where total <= ${MOST_BYTES} or place = 1 order by seq`,
        [],
      )
      return rows as OutboxRow[]
    },
    async remove(connection, rows) {
      const seqs = rows.map(({ seq }) => String(seq))
      await connection.query(`delete from ${name} where seq = any($1::bigint[])`, [seqs])
    },
    async refuse(connection, { seq }, problem) {
      const text = `update ${name} set refused_at = now(), problem = $2::text::json where seq = $1::bigint`
      await connection.query(text, [String(seq), JSON.stringify(problem)])
    },
  }
}
