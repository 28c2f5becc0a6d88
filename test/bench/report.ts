/** What was measured, for people and for programs. */
import { availableParallelism } from 'node:os'
import { type Figure, figure } from './figures.ts'
import type { Latency } from './load.ts'

/** Where the queue lives: in a Redis beside, or in the embedded Postgres with all else. */
export type Backend = 'redis' | 'embedded'

/** One round of one backend. */
export interface Round extends Latency {
  perSecond: number
  singlePerSecond: number
}

/** A start, in ms until ready, and the memory of the idle process. */
export interface Start {
  freshMs: number
  againMs: number
  idleMemoryMb: number | undefined
}

/** All rounds. */
export interface Measured {
  start: Start
  /** Callbacks per second. */
  raw: number[]
  backends: { backend: Backend; rounds: Round[] }[]
}

/** Medians, by stable names. */
export function jsonOf({ start, raw, backends }: Measured): Record<string, unknown> {
  const limit = figure(raw)
  const systems = backends.map(({ backend, rounds }) => {
    const of = (key: keyof Round) => figure(rounds.map((round) => round[key]))
    const perSecond = of('perSecond')
    return [
      backend,
      {
        perSecond: perSecond.median,
        perSecondLeast: perSecond.least,
        perSecondMost: perSecond.most,
        ratio: ratioOf(rounds, raw).median,
        singlePerSecond: of('singlePerSecond').median,
        p50Ms: of('p50').median,
        p99Ms: of('p99').median,
      },
    ]
  })
  return {
    raw: { perSecond: limit.median, perSecondLeast: limit.least, perSecondMost: limit.most },
    ...Object.fromEntries(systems),
    start,
    rounds: raw.length,
    ...machine(),
  }
}

/** On what it was measured. */
export const machine = () => ({ node: process.version, cores: availableParallelism() })

/** A table for a terminal, which is one for Markdown too. */
export function tableOf({ start, raw, backends }: Measured): string {
  const limit = figure(raw)
  const rows = backends.map(({ backend, rounds }) => {
    const of = (key: keyof Round) => figure(rounds.map((round) => round[key]))
    return [
      backend,
      spread(of('perSecond'), 0),
      `${(ratioOf(rounds, raw).median * 100).toFixed(0)} %`,
      spread(of('singlePerSecond'), 0),
      spread(of('p50'), 1),
      spread(of('p99'), 1),
    ]
  })
  const memory = start.idleMemoryMb === undefined ? '-' : `${start.idleMemoryMb.toFixed(0)} MB`
  return [
    row(['', 'deliveries/s', 'of raw', 'events one by one', 'p50 ms', 'p99 ms']),
    row(['---', '---', '---', '---', '---', '---']),
    row(['raw', spread(limit, 0), '100 %', '-', '-', '-']),
    ...rows.map(row),
    '',
    `Ready after ${start.freshMs.toFixed(0)} ms on an empty data directory, ${start.againMs.toFixed(0)} ms on the same again; idle memory ${memory}.`,
    `Medians of ${raw.length} rounds (least-most), Node ${process.version}.`,
    '',
  ].join('\n')
}

/** Each round against the limit of the same round: what slows the machine for a while slows both. */
export const ratioOf = (rounds: readonly Round[], raw: readonly number[]) =>
  figure(rounds.map((round, i) => round.perSecond / raw[i]!))

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const spread = ({ median, least, most }: Figure, digits: number) =>
  `${median.toFixed(digits)} (${least.toFixed(digits)}-${most.toFixed(digits)})`
