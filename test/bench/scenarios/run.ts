/** Scenarios one after the other, each on a fresh installation, and what they came to. */
import { createClosing } from '../../../src/closing.ts'
import { figure } from '../figures.ts'
import { type Backend, machine } from '../report.ts'
import type { Extent, Scenario, ScenarioFigure } from './scenario.ts'

/** What a scenario came to. */
export interface ScenarioOutcome {
  scenario: Scenario
  figures: ScenarioFigure[]
  seconds: number
}

export async function runScenarios(
  scenarios: readonly Scenario[],
  options: {
    backend: Backend
    extent: Extent
    say: (text: string) => void
    onOpen: (close: () => Promise<void>) => void
  },
): Promise<ScenarioOutcome[]> {
  const { backend, extent, say, onOpen } = options
  const outcomes: ScenarioOutcome[] = []
  for (const scenario of scenarios) {
    say(`${scenario.name}: ${scenario.shows}`)
    const began = Date.now()
    const closing = createClosing((part, error) => say(`${part} did not close: ${error}`))
    onOpen(() => closing.close())
    try {
      const figures = await scenario.run({ backend, extent, closing, say })
      outcomes.push({ scenario, figures, seconds: (Date.now() - began) / 1_000 })
    } finally {
      await closing.close()
    }
  }
  return outcomes
}

/** Medians, by stable names: `<scenario>.<figure>`, and beside each its least and its most. */
export function jsonOfScenarios(
  outcomes: readonly ScenarioOutcome[],
  about: object,
): Record<string, unknown> {
  const entries = outcomes.map(({ scenario, figures }) => [
    camel(scenario.name),
    Object.fromEntries(
      figures.flatMap(({ key, values }) => {
        const { median, least, most } = figure(values)
        return [
          [key, median],
          [`${key}Least`, least],
          [`${key}Most`, most],
        ]
      }),
    ),
  ])
  return { ...Object.fromEntries(entries), ...about, ...machine() }
}

/** A table for a terminal, which is one for Markdown too. */
export function tableOfScenarios(outcomes: readonly ScenarioOutcome[]): string {
  const rows = outcomes.flatMap(({ scenario, figures }) =>
    figures.map((one) => [scenario.name, one.says, textOf(one), promiseOf(one)]),
  )
  return [
    row(['scenario', 'figure', 'median (least-most)', 'promised']),
    row(['---', '---', '---', '---']),
    ...rows.map(row),
    '',
  ].join('\n')
}

const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const DIGITS: Record<ScenarioFigure['unit'], number> = {
  ms: 1,
  s: 1,
  µs: 0,
  x: 2,
  '/s': 0,
  MB: 1,
  B: 0,
  '': 0,
}

function textOf({ values, unit }: ScenarioFigure): string {
  const { median, least, most } = figure(values)
  const text = (value: number) => value.toFixed(DIGITS[unit])
  const spread = values.length > 1 ? ` (${text(least)}-${text(most)})` : ''
  return `${text(median)}${spread}${unit && ` ${unit}`}`
}

function promiseOf({ values, unit, atMost, atLeast }: ScenarioFigure): string {
  const { median } = figure(values)
  const shown = unit && ` ${unit}`
  if (atMost !== undefined) return `at most ${atMost}${shown}${median <= atMost ? '' : ', **missed**'}`
  if (atLeast !== undefined) return `at least ${atLeast}${shown}${median >= atLeast ? '' : ', **missed**'}`
  return ''
}
