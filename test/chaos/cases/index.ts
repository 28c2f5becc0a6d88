/** The cases, by the names that `--case` knows. */
import type { Case } from './case.ts'
import { commitThenKill } from './commit-then-kill.ts'
import { listenDropped } from './listen-dropped.ts'
import { redisAway } from './redis-away.ts'
import { redisWiped } from './redis-wiped.ts'

export const CASES = {
  'redis-wiped': redisWiped,
  'redis-away': redisAway,
  'commit-then-kill': commitThenKill,
  'listen-dropped': listenDropped,
} satisfies Record<string, Case>

export type CaseName = keyof typeof CASES

export const CASE_NAMES = Object.keys(CASES) as CaseName[]
