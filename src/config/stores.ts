/** The variables of the stores: where the truth lives, and where the queue. */
import { z } from 'zod'
import { parseRedisUrl, REDIS_URL_FORMS } from '../redis-url.ts'
import { MOST_SHARDS } from '../shards.ts'
import { urlOf, wholeNumber } from './readers.ts'
import { variable } from './variable.ts'

export const STORES = {
  DATABASE_URL: variable({
    schema: urlOf('postgres:', 'postgresql:'),
    default: null,
    range: 'a Postgres 14+ URL; unset: an embedded Postgres in the data directory',
    says: 'Where the truth lives: events, deliveries, attempts.',
    secret: true,
  }),
  RINGBACK_DATABASE_DIRECT_URL: variable({
    schema: urlOf('postgres:', 'postgresql:'),
    default: null,
    range: 'a Postgres URL; unset: DATABASE_URL',
    says: 'The same database past a pooler, for what needs a session: migrations, LISTEN, a queue in Postgres.',
    secret: true,
  }),
  RINGBACK_DATABASE_READ_URL: variable({
    schema: urlOf('postgres:', 'postgresql:'),
    default: null,
    range: 'a Postgres URL; unset: DATABASE_URL',
    says: 'A replica of the same database, for long lists and statistics.',
    secret: true,
  }),
  REDIS_URL: variable({
    schema: z.string().refine((text) => parseRedisUrl(text) !== undefined, `must be ${REDIS_URL_FORMS}`),
    default: null,
    range: `${REDIS_URL_FORMS}; unset: the queue runs on Postgres`,
    says: 'Where the queue lives; it holds ids only and may be lost at any moment.',
    secret: true,
  }),
  RINGBACK_QUEUE_SHARDS: variable({
    schema: wholeNumber(1, MOST_SHARDS),
    default: '1',
    range: `1-${MOST_SHARDS}`,
    says: 'How many queues each lane is spread over, by endpoint: of use in a Redis Cluster, whose masters share them.',
  }),
}
