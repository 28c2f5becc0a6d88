/** A batch of the relay on its way: what becomes of each row, whatever one of them is. */
import type { OutboxRow } from './rows.ts'

/** What is needed of a client: `new Ringback(...)` of `ringback/client`. */
export interface RelayClient {
  events: {
    emitBatch(
      // biome-ignore lint/suspicious/noExplicitAny: a client may be typed by a catalogue
      events: any[],
      options?: { signal?: AbortSignal },
    ): Promise<RelayOutcome[]>
  }
}

/** Why a row is refused. */
export interface RelayRefusal {
  status: number
  code: string
  detail: string
}

/** What becomes of a row. */
export type RelayOutcome = { id: string } | { error: RelayRefusal }

/**
 * Sends rows, in order. A batch that is refused as a whole for what it holds is sent in halves, so that in the end the one
 * row at fault is refused, and holds up nothing.
 * @returns what became of each
 * @throws what strikes no row in particular: no answer, an outage, a key that may not
 */
export async function send(
  client: RelayClient,
  rows: readonly OutboxRow[],
  signal: AbortSignal,
): Promise<RelayOutcome[]> {
  try {
    return await client.events.emitBatch(rows.map(eventOf), { signal })
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    if (rows.length === 1) return [{ error: refusal }]
    const middle = Math.ceil(rows.length / 2)
    const first = await send(client, rows.slice(0, middle), signal)
    return [...first, ...(await send(client, rows.slice(middle), signal))]
  }
}

/** Whoever writes the table by hand may write what no event is. */
class Unreadable extends Error {
  readonly status = 400
  readonly code = 'malformed_json'
  readonly detail = 'The row does not hold a JSON object.'
}

/** Under the row's own key, unless the host gave an id. @throws Unreadable */
function eventOf({ key, tenant_id, event }: OutboxRow): object {
  const { id, ...rest } = objectOf(event)
  return { ...rest, tenant: tenant_id, id: id ?? key }
}

function objectOf(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Unreadable()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable()
  return value as Record<string, unknown>
}

/** Of an error that is about what was sent. What stands before Ringback speaks in words of its own: its 413 alone is plain. */
function refusalOf(error: unknown): RelayRefusal | undefined {
  const { status, code = '', detail = String(error) } = error as Partial<RelayRefusal>
  const ofContent =
    status === 413 ||
    ((status === 400 || status === 422) && !code.startsWith('http_')) ||
    // The client's own validators answer without a status.
    (status === undefined && (code === 'schema_violation' || code === 'unknown_event_type'))
  return ofContent ? { status: status ?? 422, code, detail } : undefined
}
