/** The settings of a Ringback to develop with. */
import { type Config, type Environment, loadConfig } from '../../config/load.ts'

/** What the command line says of it. */
export interface DevSettings {
  port?: number
  dataDir?: string
}

/** Left out, whoever sets them: they are of the server, or of the application that is being developed. */
const NOT_HERE = ['DATABASE_URL', 'REDIS_URL', 'RINGBACK_ROLES', 'PORT', 'HOST']

/** Names of variables that are set and left out. */
export const leftOut = (env: Environment): string[] => NOT_HERE.filter((name) => env[name])

/**
 * Everything in one process with a Postgres of its own, on loopback, and receivers on this machine can be reached.
 * @throws StartRefused
 */
export function devConfig(env: Environment, { port, dataDir }: DevSettings): Config {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_HERE.includes(name)))
  return loadConfig({
    RINGBACK_EGRESS_ALLOW: '127.0.0.0/8,::1/128',
    RINGBACK_REQUIRE_HTTPS: 'false',
    ...kept,
    ...(port !== undefined && { PORT: String(port) }),
    ...(dataDir !== undefined && { RINGBACK_DATA_DIR: dataDir }),
  })
}
