import { createBatcher } from '../batcher.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { MINUTE } from '../duration.ts'
import type { Id } from '../ids.ts'
import type { Log } from '../telemetry/log.ts'
import { type ApiKeyRow, recordUse } from './store/api-keys.ts'

/** Keeps when keys were last used, to the minute. */
export interface LastUse {
  /** Called with every request; writes at most once a minute for each key. Never throws, never waited for. */
  note(key: Pick<ApiKeyRow, 'id' | 'lastUsedAt'>): void
  /** Resolves when nothing is being written. */
  idle(): Promise<void>
}

/** Bounds one statement. */
const GROUP_SIZE = 500

/** The statement looks again, so that many processes write as seldom as one. */
export function createLastUse({ db, clock, log }: { db: Db; clock: Clock; log: Log }): LastUse {
  const batcher = createBatcher<Id<'apiKey'>, undefined>({
    maxItems: GROUP_SIZE,
    async run(ids) {
      await recordUse(db, ids)
      return ids.map(() => undefined)
    },
  })
  return {
    note(key) {
      const now = clock.now()
      if (key.lastUsedAt && now - key.lastUsedAt.getTime() < MINUTE) return
      // Known to this process at once; the database's word replaces it when the row is read again.
      key.lastUsedAt = new Date(now)
      batcher.add(key.id).catch((error) => {
        log.warn({ err: error }, 'The last use of some keys was not written.')
      })
    },
    idle: () => batcher.idle(),
  }
}
