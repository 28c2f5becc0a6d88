/**
 * The trace that a request belongs to, as its header says.
 * Source: W3C Trace Context, section 3.2 (traceparent).
 */

/** A `traceparent` of version 00: `00-<trace id>-<parent id>-<flags>`. */
export type Traceparent = string

/** Later versions may say more behind it; what they begin with stays as it is (section 3.2.4). */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/**
 * Reads a header.
 * @returns it, in version 00; null when it is absent or says nothing that can be believed: then it is as if there were none
 */
export function readTraceparent(header: string | undefined): Traceparent | null {
  const match = header === undefined ? null : TRACEPARENT.exec(header)
  if (!match) return null
  const [, version, traceId, parentId, flags, more] = match
  if (version === '00' && more !== undefined) return null
  // Flags that version 00 does not know are left out (section 3.2.2.5): sampled, random.
  return `00-${traceId}-${parentId}-${(Number.parseInt(flags!, 16) & KNOWN_FLAGS).toString(16).padStart(2, '0')}`
}

/** Sampled (1), and random (2, of level 2). */
const KNOWN_FLAGS = 3

/** The id of the trace, 32 characters of hexadecimal. */
export const traceIdOf = (traceparent: Traceparent): string => traceparent.slice(3, 35)
