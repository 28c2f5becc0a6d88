/** What `npm run bench` is told on its command line. */
import { parseArgs } from 'node:util'
import type { Backend } from './report.ts'
import { SCENARIOS } from './scenarios/index.ts'
import type { Extent, Scenario } from './scenarios/scenario.ts'

export interface Options {
  /** None: the limit, and Ringback end to end on both backends. */
  scenarios: readonly Scenario[]
  /** What the scenarios run on. */
  backend: Backend
  extent: Extent['name']
  /** Print JSON: to standard output in place of the table, or to a file beside it. */
  json: true | string | undefined
  /** Draw the usual figures, as SVG, into this file. */
  chart: string | undefined
}

export const USAGE = `npm run bench -- [options]

  --scenario LIST   in place of the usual figures, these, joined by commas; or all:
${SCENARIOS.map(({ name, shows }) => `                    ${name.padEnd(12)} ${shows}`).join('\n')}
  --backend NAME    what the scenarios run on: redis or embedded (redis)
  --quick           one short round: a smoke test, not a figure
  --full            five rounds; scenarios at their full size
  --json [FILE]     print JSON, or write it to a file
  --chart FILE      draw the usual figures, as SVG`

/** @throws Error that says what cannot be read */
export function readOptions(args: readonly string[]): Options {
  const { json, rest } = takeJson(args)
  const { values } = parseArgs({
    args: rest,
    options: {
      scenario: { type: 'string' },
      backend: { type: 'string', default: 'redis' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      chart: { type: 'string' },
    },
  })
  const { backend, quick, full, chart } = values
  if (backend !== 'redis' && backend !== 'embedded') throw new Error('--backend must be redis or embedded.')
  return {
    scenarios: scenariosOf(values.scenario),
    backend,
    extent: quick ? 'quick' : full ? 'full' : 'usual',
    json,
    chart,
  }
}

function scenariosOf(list: string | undefined): readonly Scenario[] {
  if (list === undefined) return []
  if (list === 'all') return SCENARIOS
  return list.split(',').map((name) => {
    const scenario = SCENARIOS.find((known) => known.name === name)
    if (!scenario) throw new Error(`--scenario does not know "${name}".`)
    return scenario
  })
}

/** Its file may be left out, which `parseArgs` does not know. */
function takeJson(args: readonly string[]): { json: Options['json']; rest: string[] } {
  const at = args.indexOf('--json')
  if (at < 0) return { json: undefined, rest: [...args] }
  const next = args[at + 1]
  const file = next !== undefined && !next.startsWith('--') ? next : undefined
  return { json: file ?? true, rest: args.toSpliced(at, file === undefined ? 1 : 2) }
}
