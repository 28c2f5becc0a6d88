/** What a run came to, for people and for programs. */

import type { CaseOutcome } from './cases/run.ts'
import type { Verdict } from './check.ts'
import type { Options } from './options.ts'
import type { Timing } from './timing.ts'

export interface Outcome {
  kind: 'faults'
  options: Options
  verdict: Verdict
  timing: Timing
  /** What was broken, in order. */
  struck: string[]
  /** Answers other than 202, by what they were. */
  refused: Record<string, number>
  /** The whole run, in milliseconds. */
  tookMs: number
}

/** By stable names. */
export function jsonOf({ options, ...outcome }: Outcome | CaseOutcome) {
  const { json: _, ...asked } = options
  const { kind: __, shown: ___, ...told } = { shown: [], ...outcome }
  return { asked, ...told, node: process.version }
}

/** A table for a terminal, which is one for Markdown too. */
export function tableOf({ options, verdict, timing, struck, refused, tookMs }: Outcome): string {
  const failed = Object.values(verdict.notDelivered).reduce((sum, count) => sum + count, 0)
  const rows: [string, string | number][] = [
    ['accepted', verdict.accepted],
    ['delivered', verdict.delivered],
    ['not delivered, with the reason', withParts(failed, verdict.notDelivered)],
    ['**lost**', verdict.lost.length],
    ['stored twice', verdict.storedTwice],
    ['duplicates', verdict.duplicates],
    ['answers but 202, all asked again', withParts(sum(refused), refused)],
    ['first request after the 202, p50', duration(timing.pickUpP50)],
    ['p99', duration(timing.pickUpP99)],
    ['most', duration(timing.pickUpMost)],
    ['longest silence', duration(timing.longestSilence)],
    ['last delivery after the last fault', duration(timing.lastAfterLastFault)],
  ]
  return [
    `| ${options.events} events, ${struck.length} faults, ${options.apis} API and ${options.workers} worker processes, queue on ${options.backend} | |`,
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    `Faults: ${withParts(struck.length, countsOf(struck))}.`,
    `Took ${duration(tookMs)} at ${options.rate} events/s, Node ${process.version}; again with --seed ${options.seed}.`,
    ...verdict.lost.slice(0, 20).map((one) => `LOST ${one}`),
    '',
  ].join('\n')
}

export const sum = (counts: Record<string, number>) =>
  Object.values(counts).reduce((all, count) => all + count, 0)

export function withParts(total: number, parts: Record<string, number>): string {
  const named = Object.entries(parts).map(([name, count]) => `${count} x ${name}`)
  return named.length > 0 ? `${total} (${named.join(', ')})` : `${total}`
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

export function duration(ms: number | null): string {
  if (ms === null) return '-'
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}
