import { SYSTEM } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { HOUR, SECOND } from '../duration.ts'
import {
  countSealedOtherwise,
  replaceSealed,
  type SealedSecret,
  takeSealedOtherwise,
} from '../endpoints/store.ts'
import { RingbackError } from '../errors.ts'
import type { Id } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Log } from '../telemetry/log.ts'
import type { Duty } from './duty.ts'

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
 * Seals the signing secrets anew that a former master key seals, so that it can be dropped. Any number of processes may
 * be at it; whatever interrupts one, each page is done or not done. It looks again every hour, since a process with an
 * older configuration may still seal by a former key. When none is left the log says so, once.
 *
 * What else a master key protects runs out by itself within a day: kept answers and portal sessions.
 */
export function reseal({ db, keyring, log }: ResealNeeds): Duty {
  let after: Id<'secret'> | null = null
  let shut = 0
  let said = ''

  /** @returns whether there may be more */
  function page(): Promise<boolean> {
    return db.transaction(async (tx) => {
      const rows = await takeSealedOtherwise(tx, keyring.head, after, PAGE)
      const anew = rows.flatMap((row) => resealed(row))
      await replaceSealed(tx, anew)
      if (anew.length > 0) await record(tx, SYSTEM, resealing(anew.length))
      shut += rows.length - anew.length
      after = rows.at(-1)?.id ?? null
      return rows.length === PAGE
    })
  }

  function resealed({ id, sealed }: SealedSecret): SealedSecret[] {
    try {
      return [{ id, sealed: keyring.seal(keyring.open(sealed, id), id) }]
    } catch (error) {
      // Its deliveries fail aloud. Here it must not stand in the way of the others.
      if (error instanceof RingbackError) return []
      throw error
    }
  }

  /** A pass is over. @returns when the next begins */
  async function conclude(): Promise<number> {
    const left = await countSealedOtherwise(db, keyring.head)
    if (left > shut) return OTHERS_PAUSE
    if (left === 0) sayOnce(() => log.info({}, DONE), DONE)
    else sayOnce(() => log.warn({ secrets: left }, SHUT), SHUT)
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
      if (await page()) return PAGE_PAUSE
      const nextMs = await conclude()
      after = null
      shut = 0
      return nextMs
    },
  }
}

const resealing = (secrets: number) => ({
  action: 'master_key.resealed' as const,
  tenantId: null,
  targetId: null,
  after: { secrets },
})

const DONE =
  'The first master key seals every signing secret. Once all processes have run with it for a day, take the others out of RINGBACK_MASTER_KEY.'

const SHUT =
  'No key of RINGBACK_MASTER_KEY opens some signing secrets. Add the one that does; keep the others.'
