import type { Context } from 'hono'
import { actorOf } from '../access/caller.ts'
import type { Actor } from '../audit/entry.ts'
import type { ApiEnv } from './needs.ts'

/** On whose behalf a route acts: the caller, by this request. */
export const by = (c: Context<ApiEnv>): Actor => actorOf(c.get('caller'), c.get('requestId'))
