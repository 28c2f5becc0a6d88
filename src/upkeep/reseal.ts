import { SYSTEM } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { HOUR, SECOND } from '../duration.ts'
import { RingbackError } from '../errors.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Log } from '../telemetry/log.ts'
import type { Duty } from './duty.ts'
import { HEADERS, SECRETS, type Shelf } from './sealed-shelves.ts'

/** What sealing anew needs from outside. */
export interface ResealNeeds {
  db: Db
  keyring: Keyring
  log: Log
}

/** Bounds a transaction: some hundreds of rows of about a hundred bytes, in milliseconds. */
const PAGE = 500

/** Nothing waits for it: a pause after each page leaves the database to the deliveries. */
const PAGE_PAUSE = SECOND / 10

/** Another process has locked what is left, and is done with it soon. */
const OTHERS_PAUSE = SECOND

/**
 * Seals anew what a former master key seals, so that it can be dropped: signing secrets, and the headers of endpoints.
 * Any number of processes may be at it; whatever interrupts one, each page is done or not done. It looks again every
 * hour, since a process with an older configuration may still seal by a former key. When nothing is left the log says
 * so, once.
 *
 * What else a master key protects runs out by itself within a day: kept answers, portal sessions and those of browsers.
 */
export function reseal({ db, keyring, log }: ResealNeeds): Duty {
  const shelves = [workOff(SECRETS, { db, keyring }), workOff(HEADERS, { db, keyring })]
  let said = ''

  /** A pass is over. @returns when the next begins */
  async function conclude(): Promise<number> {
    const lefts = await Promise.all(shelves.map((shelf) => shelf.left()))
    if (lefts.some(({ count, shut }) => count > shut)) return OTHERS_PAUSE
    const left = lefts.reduce((sum, { count }) => sum + count, 0)
    if (left === 0) sayOnce(() => log.info({}, DONE), DONE)
    else sayOnce(() => log.warn({ left }, SHUT), SHUT)
    return HOUR
  }

  function sayOnce(say: () => void, what: string) {
    if (said !== what) say()
    said = what
  }

  return {
    name: 'reseal',
    everyMs: HOUR,
    async run() {
      for (const shelf of shelves) if (await shelf.page()) return PAGE_PAUSE
      const nextMs = await conclude()
      for (const shelf of shelves) shelf.beginAgain()
      return nextMs
    },
  }
}

/** Goes over one kind of rows, page by page. */
function workOff<Row extends { id: string }>(
  shelf: Shelf<Row>,
  { db, keyring }: Pick<ResealNeeds, 'db' | 'keyring'>,
) {
  let after: Row['id'] | null = null
  let over = false
  let shut = 0

  function sealedAnew(row: Row): Row[] {
    try {
      return [shelf.sealAnew(keyring, row)]
    } catch (error) {
      // Its deliveries fail aloud. Here it must not stand in the way of the others.
      if (error instanceof RingbackError) return []
      throw error
    }
  }

  return {
    /** @returns whether there may be more */
    async page(): Promise<boolean> {
      if (over) return false
      return db.transaction(async (tx) => {
        const rows = await shelf.take(tx, keyring.head, after, PAGE)
        const anew = rows.flatMap(sealedAnew)
        await shelf.replace(tx, anew)
        if (anew.length > 0) await record(tx, SYSTEM, resealing(shelf.holds, anew.length))
        shut += rows.length - anew.length
        after = rows.at(-1)?.id ?? null
        over = rows.length < PAGE
        return !over
      })
    },
    /** How many rows are left, and how many this pass found that no key opens. */
    left: async () => ({ count: await shelf.count(db, keyring.head), shut }),
    beginAgain() {
      after = null
      over = false
      shut = 0
    },
  }
}

const resealing = (what: string, rows: number) => ({
  action: 'master_key.resealed' as const,
  tenantId: null,
  targetId: null,
  after: { what, rows },
})

const DONE =
  'The first master key seals every signing secret and header. Once all processes have run with it for a day, take the others out of RINGBACK_MASTER_KEY.'

const SHUT =
  'No key of RINGBACK_MASTER_KEY opens some signing secrets or headers. Add the one that does; keep the others.'
