/**
 * Changes of deliveries as Server-Sent Events.
 * Source: WHATWG HTML, section 9.2 (Server-sent events).
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import { SECOND } from '../duration.ts'
import { malformed } from '../errors.ts'
import { type Change, positionOf, type Wanted } from '../live/change.ts'
import type { Feed, Watcher } from '../live/feed.ts'
import type { ApiEnv } from './needs.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { showDelivery } from './shapes/delivery.ts'

/** Proxies cut what is silent for half a minute or a minute. */
const HEARTBEAT = 15 * SECOND

/** How often it is asked whether the key is still good: a revocation is promised to work within five seconds. */
const CONFIRM = SECOND

/** Some hundreds of deliveries with their last attempts: seconds of a busy tenant. */
const ROOM = 2 * 1024 * 1024

/** Told with a stream that cannot go on: when to come back, in milliseconds. */
const COME_BACK = 2 * SECOND

/**
 * Answers with a stream that lasts until the client goes, its key ends to be good, or the process stops.
 * @param cursor where the client was before, if it says so
 * @throws RingbackError `cursor_invalid`, `too_many_streams`
 */
export async function streamDeliveries(
  c: Context<ApiEnv>,
  feed: Pick<Feed, 'watch'>,
  wanted: Wanted,
  cursor: string | undefined,
): Promise<Response> {
  const since = cursor === undefined || cursor === '' ? undefined : positionOf(cursor)
  if (cursor && !since) throw cursorInvalid()

  c.header('Content-Type', 'text/event-stream')
  // Nobody would read what follows the headers.
  if (c.req.method === 'HEAD') return c.body(null)

  const outbox = createOutbox(ROOM)
  const ended = new AbortController()
  function end(why?: Ending): void {
    ended.abort(why)
    outbox.close()
  }

  // Set for an answer that refuses, too.
  c.header('Retry-After', `${COME_BACK / SECOND}`)
  const leave = await feed.watch(wanted, watcherInto(outbox, end), since)
  ended.signal.addEventListener('abort', leave)
  void keepUp(c, outbox, ended.signal).finally(() => end())

  c.header('Retry-After', undefined)
  // Some proxies would hold it back to send more at once.
  c.header('X-Accel-Buffering', 'no')
  return stream(c, async (out) => {
    out.onAbort(() => end())
    // What a client does not read would hold the stream open for as long as the client likes.
    ended.signal.addEventListener('abort', () => {
      if (ended.signal.reason === 'slow') out.abort()
    })
    await out.write(`retry: ${COME_BACK}\n\n`)
    for (;;) {
      const text = await outbox.take()
      if (text === undefined || out.aborted) break
      await out.write(text)
    }
    end()
  })
}

/** Beats while the stream stands, and ends when the key does. */
async function keepUp(c: Context<ApiEnv>, { put }: Pick<Outbox, 'put'>, signal: AbortSignal) {
  for (let silent = CONFIRM; ; silent += CONFIRM) {
    await pause(CONFIRM, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    const good = await c
      .get('confirm')()
      .then(
        () => true,
        () => false,
      )
    if (!good) return
    if (silent % HEARTBEAT === 0) put(': still here\n\n')
  }
}

type Ending = Parameters<Watcher['drop']>[0]

function watcherInto(outbox: Outbox, end: (why: Ending) => void): Watcher {
  return {
    change(change, cursor) {
      outbox.put(`event: delivery\nid: ${cursor}\ndata: ${dataOf(change)}\n\n`)
    },
    // Without data a browser keeps the id and dispatches nothing.
    seen: (cursor) => outbox.put(`id: ${cursor}\n\n`),
    missed: () => outbox.put('event: missed\ndata: {}\n\n'),
    hasRoom: () => outbox.hasRoom(),
    drop(why) {
      outbox.put(`: ${why}\n\n`)
      end(why)
    },
  }
}

/** Written once for all who see it. JSON holds no line break. */
function dataOf(change: Change): string {
  const written = WRITTEN.get(change) ?? JSON.stringify(showDelivery(change.delivery, change.lastAttempt))
  WRITTEN.set(change, written)
  return written
}

const WRITTEN = new WeakMap<Change, string>()

const cursorInvalid = () =>
  malformed('cursor_invalid', 'The cursor is not one of a stream. Leave it out to begin now.')
