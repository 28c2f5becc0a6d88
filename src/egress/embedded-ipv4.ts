/**
 * The IPv4 addresses that an IPv6 address carries inside. A translator or tunnel on the way may deliver to these, so
 * whoever allows the outside has to allow the inside too.
 */

type Bytes = readonly number[]

/**
 * @param bytes of an address; an IPv4 address carries none
 * @returns each IPv4 address inside, as four bytes
 */
export function embeddedIpv4(bytes: Bytes): Bytes[] {
  if (bytes.length !== 16) return []
  const found: Bytes[] = []
  const last = bytes.slice(12)
  if (isMapped(bytes) || isCompatible(bytes) || isNat64(bytes) || isIsatap(bytes)) found.push(last)
  if (startsWith(bytes, SIX_TO_FOUR)) found.push(bytes.slice(2, 6))
  if (startsWith(bytes, TEREDO))
    found.push(
      bytes.slice(4, 8),
      last.map((byte) => byte ^ 0xff),
    )
  return found
}

/** RFC 4291 section 2.5.5.2: `::ffff:a.b.c.d`. */
const isMapped = (bytes: Bytes) => allZero(bytes, 0, 10) && bytes[10] === 0xff && bytes[11] === 0xff

/** RFC 4291 section 2.5.5.1: `::a.b.c.d`; `::` and `::1` are not of this form. */
const isCompatible = (bytes: Bytes) =>
  allZero(bytes, 0, 12) && !(allZero(bytes, 12, 15) && (bytes[15] === 0 || bytes[15] === 1))

/** RFC 6052 `64:ff9b::/96`, and RFC 8215's `64:ff9b:1::/48` in the /96 layout that its examples use. */
const isNat64 = (bytes: Bytes) =>
  startsWith(bytes, NAT64) && (allZero(bytes, 4, 12) || (bytes[4] === 0 && bytes[5] === 1))

/** RFC 5214 section 6.1: an interface identifier of `[02]00:5efe:a.b.c.d` under any prefix. */
const isIsatap = (bytes: Bytes) =>
  (bytes[8]! & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe

const NAT64 = [0x00, 0x64, 0xff, 0x9b]
/** RFC 3056: `2002:<IPv4>::/48`. */
const SIX_TO_FOUR = [0x20, 0x02]
/** RFC 4380 section 4: `2001:0:<server>:<flags and port>:<client, inverted>`. */
const TEREDO = [0x20, 0x01, 0x00, 0x00]

const startsWith = (bytes: Bytes, prefix: Bytes) => prefix.every((byte, i) => bytes[i] === byte)

function allZero(bytes: Bytes, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false
  return true
}
