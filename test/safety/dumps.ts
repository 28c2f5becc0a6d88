/** All that the stores hold, as text to search in. */
import { Redis } from 'ioredis'
import type pg from 'pg'

/** A place, and what lies there. */
export interface Find {
  /** Such as `ringback.endpoints.headers`, or a key of Redis. */
  place: string
  text: string
}

/** Every value of every table, of the queue's too, and every statement that a connection ran last. */
export async function dumpDatabase(pool: pg.Pool): Promise<Find[]> {
  const { rows: tables } = await pool.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'`)
  const finds: Find[] = []
  for (const { schema, name } of tables) {
    const { rows } = await pool.query(`select * from "${schema}"."${name}"`)
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        finds.push({ place: `${schema}.${name}.${column}`, text: textOf(value) })
  }
  const { rows } = await pool.query<{ query: string }>('select query from pg_stat_activity')
  return [...finds, ...rows.map(({ query }) => ({ place: 'pg_stat_activity', text: query }))]
}

/** Every key of a Redis with its value. */
export async function dumpRedis(url: string): Promise<Find[]> {
  const redis = new Redis(url)
  const finds: Find[] = []
  for (const key of await redis.keys('*'))
    finds.push({ place: key, text: `${key} ${await contentOf(redis, key)}` })
  await redis.quit()
  return finds
}

async function contentOf(redis: Redis, key: string): Promise<string> {
  const type = await redis.type(key)
  const read: Record<string, () => Promise<unknown>> = {
    string: () => redis.get(key),
    hash: () => redis.hgetall(key),
    list: () => redis.lrange(key, 0, -1),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, '0', '-1', 'WITHSCORES'),
    stream: () => redis.xrange(key, '-', '+'),
    none: async () => 'gone since it was listed',
  }
  if (!read[type]) throw new Error(`${key} is a ${type}, which this cannot read.`)
  return JSON.stringify(await read[type]())
}

/** Bytes as the characters they are, which is where a text in them shows, and in hex. */
function textOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return `${value.toString('latin1')} ${value.toString('hex')}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
