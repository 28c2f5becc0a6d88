import { removeExpiredAnswers } from '../access/store.ts'
import type { Db } from '../db/open.ts'
import { MINUTE } from '../duration.ts'
import type { Duty } from './duty.ts'

/** Forgets the answers to idempotency keys that are older than their day. */
export function forgetAnswers({ db }: { db: Db }): Duty {
  return {
    name: 'forget answers',
    everyMs: 10 * MINUTE,
    async run() {
      await removeExpiredAnswers(db)
      return undefined
    },
  }
}
