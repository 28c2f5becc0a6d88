import type { Environment } from './load.ts'
import { settingsOf } from './settings.ts'
import { VARIABLES, type Variable, type VariableName } from './variables.ts'

const entries = Object.entries(VARIABLES) as [VariableName, Variable<unknown>][]

/** The reference page of all variables, in Markdown: `docs/configuration.md` is this text. */
export function configurationReference(): string {
  const rows = entries.map(
    ([name, v]) => `| \`${name}\` | ${v.default ? `\`${v.default}\`` : '-'} | ${v.range} | ${v.says} |`,
  )
  return [
    '# Configuration',
    '',
    'Ringback reads the environment and nothing else. Faults are reported all at once, and a `RINGBACK_` name that it does not',
    'know is a fault too. This page is printed from `src/config/variables.ts` by `npm run docs:generate`.',
    '',
    '| variable | default | values | |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** What a process runs with, for its first log line: secrets only as `set` or `unset`. */
export function redactedSummary(env: Environment): Record<string, string> {
  return Object.fromEntries(
    settingsOf(env).map(({ name, value, isSet, isSecret }) =>
      isSecret ? [name, isSet ? 'set' : 'unset'] : [name, value ?? '-'],
    ),
  )
}
