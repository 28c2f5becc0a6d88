/**
 * The name look-up that sockets use. What it vets is what the socket connects to, so there is no moment between the
 * check and the use in which DNS could change its answer (rebinding).
 */
import type { LookupAddress, LookupOptions } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { AddressPolicy } from './address-policy.ts'
import { AddressNotAllowed, NameNotResolved } from './connection-errors.ts'
import type { Resolve } from './system-resolver.ts'

/**
 * One bad address refuses the whole answer: filtering would let an attacker steer by what is left.
 * @returns a `lookup` for `net.connect`; fails with `AddressNotAllowed` or `NameNotResolved`
 */
export function createGuardedLookup(policy: AddressPolicy, resolve: Resolve): LookupFunction {
  const vetted = async (hostname: string): Promise<LookupAddress[]> => {
    const answer = await resolve(hostname).catch((cause: NodeJS.ErrnoException) => {
      throw new NameNotResolved(hostname, cause)
    })
    if (answer.length === 0) throw new NameNotResolved(hostname)
    if (!answer.every((address) => policy.allows(address))) throw new AddressNotAllowed()
    return answer.map((address) => ({ address, family: isIP(address) }))
  }

  return (hostname, options: LookupOptions, callback) => {
    vetted(hostname).then(
      (answer) =>
        options.all ? callback(null, answer) : callback(null, answer[0]!.address, answer[0]!.family),
      (error: NodeJS.ErrnoException) => callback(error, []),
    )
  }
}
