/** What the queue runs on, for suites that hold on both: `describe.each(BACKENDS)`. */
import { hasRedis } from './redis.ts'

export type Backend = 'postgres' | 'redis'

/** Each backend, and whether this machine lacks it (in CI it may not: see redis.ts). */
export const BACKENDS: readonly { backend: Backend; absent: boolean }[] = [
  { backend: 'postgres', absent: false },
  { backend: 'redis', absent: !hasRedis },
]
