import { json, text } from 'drizzle-orm/pg-core'
import { idColumn, moment, ringback } from '../db/namespace.ts'
import type { NoticeType } from './notice.ts'

/**
 * A row is a notice that is not an event yet. Written in the transaction of what it tells of, so that neither stands
 * without the other; taken away once it was accepted as an event of the operator's tenant.
 */
export const notices = ringback.table('notices', {
  id: idColumn('notice', 'id').primaryKey(),
  type: text().$type<NoticeType>().notNull(),
  data: json().$type<Record<string, unknown>>().notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
})
