import type { Outcome } from '../../src/egress/index.ts'

/** What egress makes of a receiver that answers so, with no body. */
export const answered = (status: number, startedAt = Date.now(), durationMs = 0): Outcome => ({
  startedAt,
  durationMs,
  response: { status, headers: {}, body: Buffer.alloc(0), truncated: false },
  error: null,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1, totalMs: 1 },
  remoteAddress: '192.0.2.1',
})
