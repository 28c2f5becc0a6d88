import type pg from 'pg'

/** Where Postgres is and how we are let in: a URL, or what node-postgres takes. */
export type PostgresAddress = string | pg.ClientConfig

/** As node-postgres takes it. */
export const asConfig = (address: PostgresAddress): pg.ClientConfig =>
  typeof address === 'string' ? { connectionString: address } : address

/** What of a pool's own settings says where it connects to; the rest is how it goes about it. */
const SAYS_WHERE = [
  'connectionString',
  'host',
  'port',
  'user',
  'password',
  'database',
  'ssl',
  'stream',
  'options',
] as const satisfies readonly (keyof pg.ClientConfig)[]

/** Where a pool connects to, for connections beside it. */
export function addressOf({ options }: pg.Pool): pg.ClientConfig {
  // One by one: a pool keeps its password out of what is copied or printed.
  const known = SAYS_WHERE.map((name) => [name, options[name]] as const)
  return Object.fromEntries(known.filter(([, value]) => value !== undefined))
}
