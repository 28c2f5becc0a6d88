/**
 * Which IP addresses a callback may reach, judged by their bytes.
 *
 * IPv4: everything but the special ranges. IPv6: nothing but global unicast (2000::/3), less its special ranges. An
 * address that carries an IPv4 address inside is also judged by that one. The operator's CIDRs open more; the
 * addresses where clouds serve credentials stay shut whatever the operator allows.
 *
 * Parsing is all that ipaddr.js does here: its `range()` takes `::7f00:1`, `4000::1` and `168.63.129.16` for public.
 *
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 4291, 6052, 3056, 4380, 5214.
 */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { StartRefused } from '../errors.ts'
import { embeddedIpv4 } from './embedded-ipv4.ts'

/** The rule of one installation; pure, so the same one serves registration, look-up and connection. */
export interface AddressPolicy {
  /** Whether a connection to this address (canonical text, as DNS and sockets give it) is allowed. */
  allows(address: string): boolean
}

/**
 * @param allow the operator's CIDRs, reachable although they are not public
 * @throws StartRefused when one cannot be read
 */
export function createAddressPolicy(allow: readonly string[]): AddressPolicy {
  const allowed = allow.map(operatorRange)

  const allowsBytes = (bytes: Bytes): boolean => {
    if (within(bytes, METADATA)) return false
    if (!embeddedIpv4(bytes).every(allowsBytes)) return false
    return isPublic(bytes) || within(bytes, allowed)
  }

  return {
    allows(address) {
      const bytes = bytesOf(address)
      return bytes !== null && allowsBytes(bytes)
    },
  }
}

type Bytes = readonly number[]

/** A CIDR: the bytes of its first address, and how many leading bits count. */
interface Range {
  bytes: Bytes
  bits: number
}

function operatorRange(cidr: string): Range {
  try {
    return range(cidr)
  } catch (cause) {
    throw new StartRefused(
      `The egress allow list holds "${cidr}", which is not a CIDR such as 10.1.0.0/16.`,
      { cause },
    )
  }
}

function range(cidr: string): Range {
  const [address, bits] = ipaddr.parseCIDR(cidr)
  return { bytes: address.toByteArray(), bits }
}

/** Strict: no short, octal or hexadecimal IPv4, no zone (`fe80::1%eth0` names an interface of this machine). */
function bytesOf(address: string): Bytes | null {
  if (isIP(address) === 0 || address.includes('%')) return null
  return ipaddr.parse(address).toByteArray()
}

function within(bytes: Bytes, ranges: readonly Range[]): boolean {
  return ranges.some((range) => inRange(bytes, range))
}

function inRange(bytes: Bytes, range: Range): boolean {
  if (bytes.length !== range.bytes.length) return false
  for (let i = 0, bits = range.bits; bits > 0; i++, bits -= 8) {
    const mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff
    if (((bytes[i]! ^ range.bytes[i]!) & mask) !== 0) return false
  }
  return true
}

const isPublic = (bytes: Bytes): boolean =>
  bytes.length === 4
    ? !within(bytes, IPV4_SPECIAL)
    : inRange(bytes, IPV6_GLOBAL_UNICAST) && !within(bytes, IPV6_SPECIAL)

/** Where clouds serve credentials to whoever asks from the machine. */
const METADATA = [
  '169.254.0.0/16', // AWS, GCP, Azure, ECS and most others; link-local holds nothing a callback needs
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure's wire server: public by its number, host-local by its route
  '192.0.0.192/32', // Oracle
  'fd00:ec2::/32', // AWS: 254 is metadata, 23 the EKS pod identity
  'fd20:ce::/32', // GCP
  'fd00:c1::a9fe:a9fe/128', // Oracle
  'fd00:42::42/128', // Scaleway
  'fe80::a9fe:a9fe/128', // OpenStack
].map(range)

const IPV4_SPECIAL = [
  '0.0.0.0/8', // this network; 0.0.0.0 connects to localhost on Linux
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // carrier-grade NAT, RFC 6598
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private, RFC 1918
  '192.0.0.0/24', // IETF protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relay anycast, deprecated
  '192.168.0.0/16', // private, RFC 1918
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
].map(range)

const IPV6_GLOBAL_UNICAST = range('2000::/3')

const IPV6_SPECIAL = [
  '2001::/23', // IETF protocol assignments: Teredo, AMT, ORCHID, benchmarking
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
].map(range)
