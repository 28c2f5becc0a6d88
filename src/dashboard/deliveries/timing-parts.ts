import type { Timings } from '../api/shapes.ts'

/** A part of an attempt's time. */
export interface TimingPart {
  name: string
  ms: number
  color: string
}

const LOOKS = [
  { key: 'dnsMs', name: 'DNS', color: 'var(--chart-wait)' },
  { key: 'connectMs', name: 'Connect', color: 'var(--accent)' },
  { key: 'tlsMs', name: 'TLS', color: 'var(--chart-good)' },
  { key: 'firstByteMs', name: 'Waiting', color: 'var(--chart-warn)' },
] as const

/** The parts that happened, in their order; what is left over is the reading of the answer. */
export function partsOf(timings: Timings): TimingPart[] {
  const parts = LOOKS.flatMap(({ key, name, color }) => {
    const ms = timings[key]
    return ms === null ? [] : [{ name, ms, color }]
  })
  const rest = timings.totalMs - parts.reduce((sum, { ms }) => sum + ms, 0)
  return rest > 0.5 ? [...parts, { name: 'Rest', ms: rest, color: 'var(--line-strong)' }] : parts
}
