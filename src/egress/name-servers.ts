/**
 * Names to addresses by DNS, through c-ares. It waits on sockets: `getaddrinfo` would hold one of libuv's few threads
 * for each name whose server is silent, and so stop the look-ups of all others.
 *
 * Each look-up has a resolver of its own, made in a tenth of a millisecond. One for all would learn from what the others
 * met: after quick answers c-ares gives the next name a quarter of a second, whatever time it was told, and a name server
 * that was silent for one name is asked last for the next. It also reads the machine's list of name servers when it is
 * made, and never again.
 */
import { CANCELLED, NODATA, NOTFOUND, TIMEOUT } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { IpFamily } from './ip-families.ts'

/** How a name is asked for. */
export interface DnsQuestion {
  /** To ask for, and the order to give them in. */
  families: readonly IpFamily[]
  /** For all tries at all name servers together; in ms. */
  limitMs: number
  /** `address:port`; those of the machine unless given. */
  servers?: readonly string[] | undefined
}

/**
 * Asks for all families at once. When the first has answered, the others have 50 ms more, so that one that stays silent
 * costs no time-out. That weakens no check: an address that is not known is not connected to, and what is known is
 * judged whole.
 * Source: RFC 8305 section 3 (Resolution Delay).
 * @returns one address or more
 * @throws with the `code` of c-ares, such as `ENOTFOUND`; `ETIMEOUT` at the limit too
 */
export async function askDns(hostname: string, question: DnsQuestion): Promise<string[]> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES })
  if (question.servers) resolver.setServers(question.servers)
  const limit = setTimeout(() => resolver.cancel(), question.limitMs)

  const asked = question.families.map((family) =>
    family === 4 ? resolver.resolve4(hostname) : resolver.resolve6(hostname),
  )
  const all = Promise.allSettled(asked)
  await Promise.any(asked).then(
    () => Promise.race([all, delay(RESOLUTION_DELAY_MS, undefined, { ref: false })]),
    () => all,
  )
  clearTimeout(limit)
  resolver.cancel() // what is still out ends here

  const answers = await all
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (found.length > 0) return found
  throw tellingOf(answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : [])))
}

/** A name server that is down leaves time for the next one. */
const TRY_MS = 2_500
const TRIES = 2

const RESOLUTION_DELAY_MS = 50

/** Where one family has no address and the other is unknown, the name is not known to be without one. */
function tellingOf(errors: readonly NodeJS.ErrnoException[]): Error | undefined {
  const telling = errors.find(({ code }) => code !== NODATA && code !== NOTFOUND) ?? errors[0]
  if (telling?.code !== CANCELLED) return telling
  return Object.assign(new Error('No name server answered in time.'), { code: TIMEOUT })
}
