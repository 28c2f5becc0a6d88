/**
 * The ways to switch off the verification of certificates: of all of them, and of Postgres' in each spelling that its
 * driver takes. A server that nobody verifies may be anybody's, and it is sent the database's password.
 */
import type { Environment } from './load.ts'

/** @returns a fault for each that is in use, with its cure; never the URL itself */
export function unverified(env: Environment): string[] {
  const faults: string[] = []
  for (const name of ADDRESSES) {
    const said = trustingAny(env[name] ?? '')
    if (said === undefined) continue
    faults.push(
      `${name} says ${said}, which trusts any server. Say sslmode=verify-full alone; for a private authority add sslrootcert=<its file>.`,
    )
  }
  if (env.DATABASE_URL && env.PGSSLMODE === NO_VERIFY)
    faults.push(
      'PGSSLMODE=no-verify trusts any server. Unset it, and say sslmode=verify-full in DATABASE_URL; for a private authority add sslrootcert=<its file>.',
    )
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    faults.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the verification of every certificate. Unset it; to trust a private authority set NODE_EXTRA_CA_CERTS to its file.',
    )
  return faults
}

/** Variables with the address of a Postgres. */
const ADDRESSES = ['DATABASE_URL', 'RINGBACK_DATABASE_DIRECT_URL', 'RINGBACK_DATABASE_READ_URL']

const NO_VERIFY = 'no-verify'

/** What in a database's URL makes the driver take any certificate, if anything does. */
function trustingAny(url: string): string | undefined {
  // By hand: the URL of a socket has no host, and is none to the parser. Of a parameter that stands twice, the last holds.
  const said = Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?') + 1)))
  if (said.sslmode === NO_VERIFY) return 'sslmode=no-verify'
  if (said.ssl === NO_VERIFY) return 'ssl=no-verify'
  const isLax = said.sslmode === 'prefer' || (said.sslmode === 'require' && !said.sslrootcert)
  // Otherwise the driver reads both as verify-full.
  return said.uselibpqcompat === 'true' && isLax
    ? `uselibpqcompat=true with sslmode=${said.sslmode}`
    : undefined
}
