/** Telling an outage of Postgres, which passes, from a fault of ours, which does not. */

/** The network's own words for a server that is not there. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * SQLSTATEs that pass by themselves: class 08 (connection), 57P01-57P03 (shutting down, crashed, starting up), 53300
 * (too many connections), 53100 (disk full), 53200 (out of memory), 25006 (read only: a failover is under way),
 * 25P03 (the transaction stood still for too long),
 * 40001 and 40P01 (it lost against another one, and would succeed now).
 * Source: PostgreSQL 18 documentation, appendix A.
 */
const SQLSTATE = /^(?:08...|57P0[123]|53[123]00|25006|25P03|40001|40P01)$/

/** Faults that node-postgres raises without a code. */
const MESSAGE =
  /^(?:timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|Client has encountered a connection error|Client was closed)/

/** The query builder wraps the driver's error, which wraps the network's; nothing wraps deeper. */
const MOST_CAUSES = 5

/** Whether Postgres was away, so that the same request may succeed later. */
export function isOutage(error: unknown): boolean {
  let at = error
  for (let depth = 0; depth < MOST_CAUSES && at instanceof Error; depth++) {
    if (saysAway(at)) return true
    at = at.cause
  }
  return false
}

function saysAway(error: Error & { code?: unknown; syscall?: unknown }): boolean {
  const { code, syscall, message } = error
  if (typeof code === 'string' && (NETWORK.has(code) || SQLSTATE.test(code))) return true
  // A Unix socket that is not there.
  if (code === 'ENOENT' && syscall === 'connect') return true
  return MESSAGE.test(message)
}
