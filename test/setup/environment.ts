/** The environment of a Ringback under test: receivers on loopback, nothing inherited that would configure it. */
import { randomBytes } from 'node:crypto'

/** Its variables, as `docs/configuration.md` names them. */
export type Variables = Record<string, string>

/** An admin key and a master key of its own, a free port, loopback allowed. */
export const testVariables = (): Variables & { RINGBACK_ADMIN_KEY: string } => ({
  PORT: '0',
  // Hundreds of them are stopped, and no balancer looks.
  RINGBACK_DRAIN_SECONDS: '0',
  RINGBACK_ADMIN_KEY: randomBytes(24).toString('hex'),
  RINGBACK_MASTER_KEY: randomBytes(32).toString('base64'),
  ...LOOPBACK,
})

/** Callbacks to this machine, which are refused unless an operator allows them. */
export const LOOPBACK: Variables = {
  RINGBACK_EGRESS_ALLOW: '127.0.0.0/8,::1/128',
  RINGBACK_REQUIRE_HTTPS: 'false',
}

/** What the shell has set, without whatever Ringback would read. */
export function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = /^(RINGBACK_.*|PORT|HOST|DATABASE_URL|REDIS_URL)$/
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !settings.test(name)))
}
