/** One case: run, judged like every run, and told. */
import { check, type Verdict } from '../check.ts'
import type { Options } from '../options.ts'
import { duration, withParts } from '../report.ts'
import type { CaseFigure, Scene } from './case.ts'
import { CASES, type CaseName } from './index.ts'

/** What a case came to. */
export interface CaseOutcome {
  kind: 'case'
  options: Options
  verdict: Verdict
  figures: Record<string, number | null>
  /** The same with their words and promises, for the table. */
  shown: readonly CaseFigure[]
  /** The whole run, in milliseconds. */
  tookMs: number
}

export async function runCase(name: CaseName, scene: Scene): Promise<CaseOutcome> {
  const began = Date.now()
  scene.progress.say(`${name}: ${CASES[name].shows}`)
  const { accepted, deliveries, lines, figures } = await CASES[name].run(scene)
  scene.progress.end()
  return {
    kind: 'case',
    options: scene.options,
    verdict: check(accepted, deliveries, lines),
    figures: Object.fromEntries(figures.map(({ key, value }) => [key, value])),
    shown: figures,
    tookMs: Date.now() - began,
  }
}

/** A table for a terminal, which is one for Markdown too. */
export function caseTableOf({ options, verdict, shown, tookMs }: CaseOutcome): string {
  const undelivered = Object.values(verdict.notDelivered).reduce((sum, count) => sum + count, 0)
  const judged: [string, string][] = [
    ['accepted', `${verdict.accepted}`],
    ['delivered', `${verdict.delivered}`],
    ['not delivered, with the reason', withParts(undelivered, verdict.notDelivered)],
    ['**lost**', `${verdict.lost.length}`],
    ['stored twice', `${verdict.storedTwice}`],
    ['duplicates', `${verdict.duplicates}`],
  ]
  const measured = shown.map((one): [string, string, string] => [one.says, textOf(one), promiseOf(one)])
  return [
    `| ${options.case}, queue on ${options.backend} | | promised |`,
    '|---|---|---|',
    ...judged.map(([name, value]) => `| ${name} | ${value} | ${name === '**lost**' ? '0' : ''} |`),
    ...measured.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `Took ${duration(tookMs)} at ${options.rate} events/s, Node ${process.version}.`,
    ...verdict.lost.slice(0, 20).map((one) => `LOST ${one}`),
    '',
  ].join('\n')
}

function textOf({ value, unit }: CaseFigure): string {
  if (value === null) return '-'
  const digits = unit === '' ? 0 : unit === 'ms' ? 1 : 2
  return `${value.toFixed(digits)}${unit && ` ${unit}`}`
}

function promiseOf({ value, unit, atMost }: CaseFigure): string {
  if (atMost === undefined) return ''
  const isMissed = value === null || value > atMost
  return `at most ${atMost}${unit && ` ${unit}`}${isMissed ? ', **missed**' : ''}`
}
