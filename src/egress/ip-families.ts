/**
 * The families of addresses in which this machine can reach others.
 *
 * A machine without IPv6 asks for no IPv6 address: it would try in vain, and Node gives each of several addresses less
 * time than an only one.
 * Source: RFC 3493 section 6.1 (AI_ADDRCONFIG); RFC 6724 section 2.1 (a global IPv6 address goes ahead of IPv4, a unique
 * local one behind it).
 */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

/** As `net.isIP` tells them. */
export type IpFamily = 4 | 6

/** @returns in the order to try them; both when nothing but loopback is known */
export function ipFamilies(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = readInterfaces(),
): readonly IpFamily[] {
  const own = Object.values(interfaces).flatMap((addresses) => addresses ?? [])
  const outward = own.filter(({ internal, address }) => !internal && !LINK_LOCAL.test(address))
  const has4 = outward.some(({ family }) => family === 'IPv4')
  const all6 = outward.filter(({ family }) => family === 'IPv6')

  if (all6.length === 0) return has4 ? [4] : [4, 6]
  if (!has4) return [6]
  return all6.some(({ address }) => GLOBAL.test(address)) ? [6, 4] : [4, 6]
}

/** fe80::/10. */
const LINK_LOCAL = /^fe[89ab]/i

/** 2000::/3. */
const GLOBAL = /^[23][0-9a-f]{3}:/i

/** A sandbox may forbid the question. */
function readInterfaces(): NodeJS.Dict<NetworkInterfaceInfo[]> {
  try {
    return networkInterfaces()
  } catch {
    return {}
  }
}
