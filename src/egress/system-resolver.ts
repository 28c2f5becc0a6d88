/** Names to addresses as the machine sees them: by its hosts file, else by its name servers. */
import { isIP } from 'node:net'
import type { Clock } from '../clock.ts'
import { SECOND } from '../duration.ts'
import { heldFor } from './held.ts'
import { createHostsFile } from './hosts-file.ts'
import { ipFamilies } from './ip-families.ts'
import { askDns, type DnsQuestion } from './name-servers.ts'

/** All addresses of a name, in the order to try them; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** How the machine is asked; what is left out is its own. */
export interface SystemResolverOptions extends Partial<Pick<DnsQuestion, 'families' | 'servers'>> {
  clock: Clock
  /** For one look-up, in ms. */
  limitMs: number
  /** The path of the hosts file. */
  hostsFile?: string
}

/** Simultaneous look-ups of one name share one. Names must be full: search domains are not applied. */
export function createSystemResolver(options: SystemResolverOptions): Resolve {
  const { clock, limitMs, servers, families: given } = options
  const inHostsFile = createHostsFile(clock, options.hostsFile)
  const machineFamilies = heldFor(FAMILIES_HELD_MS, () => ipFamilies(), clock)
  const underWay = new Map<string, Promise<readonly string[]>>()

  const addressesOf = async (hostname: string): Promise<readonly string[]> => {
    const families = given ?? machineFamilies()
    const own = await inHostsFile(hostname)
    const usable = families.flatMap((family) => own.filter((address) => isIP(address) === family))
    return usable.length > 0 ? usable : askDns(hostname, { families, limitMs, servers })
  }

  return (hostname) => {
    const shared = underWay.get(hostname)
    if (shared !== undefined) return shared
    const asked = addressesOf(hostname).finally(() => underWay.delete(hostname))
    underWay.set(hostname, asked)
    return asked
  }
}

const FAMILIES_HELD_MS = 5 * SECOND
