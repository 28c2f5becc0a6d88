/**
 * Names to addresses as the machine sees them (`/etc/hosts`, search domains, and DNS), through `getaddrinfo`.
 */
import { ADDRCONFIG } from 'node:dns'
import { lookup } from 'node:dns/promises'

/** All addresses of a name, in the order to try them; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/**
 * Simultaneous look-ups of one name share one call: `getaddrinfo` runs on libuv's four threads, and a receiver whose
 * name server stalls should hold one of them, not all.
 */
export function createSystemResolver(): Resolve {
  const underWay = new Map<string, Promise<readonly string[]>>()

  return (hostname) => {
    const shared = underWay.get(hostname)
    if (shared !== undefined) return shared
    const asked = addressesOf(hostname).finally(() => underWay.delete(hostname))
    underWay.set(hostname, asked)
    return asked
  }
}

async function addressesOf(hostname: string): Promise<string[]> {
  const answer = await lookup(hostname, { all: true, hints: ADDRCONFIG })
  return answer.map(({ address }) => address)
}
