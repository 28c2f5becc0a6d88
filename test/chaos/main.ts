/**
 * `npm run chaos`: a whole installation under load while its processes, its Redis and its Postgres are killed for real,
 * and a judgement of what became of every event. Exit 1 when one was lost or stored twice; where processes were restarted in
 * order alone, also when one came twice or a request was answered 5xx.
 */
import { writeFile } from 'node:fs/promises'
import { createClosing } from '../../src/closing.ts'
import { hasRedis } from '../setup/redis.ts'
import { type CaseOutcome, caseTableOf, runCase } from './cases/run.ts'
import { ORDERLY } from './faults.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { openProgress } from './progress.ts'
import { jsonOf, type Outcome, tableOf } from './report.ts'
import { run } from './run.ts'

const complain = (text: string) => process.stderr.write(`${text}\n`)

function optionsOrExit(): Options {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options.backend !== 'postgres' && !hasRedis)
      throw new Error('There is no redis-server on this machine: install it, or say --backend postgres.')
    return options
  } catch (error) {
    complain(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exit(2)
  }
}

async function show(outcome: Outcome | CaseOutcome, json: Options['json']) {
  const table = outcome.kind === 'case' ? caseTableOf(outcome) : tableOf(outcome)
  if (json !== true) process.stdout.write(`\n${table}`)
  if (json === undefined) return
  const text = `${JSON.stringify(jsonOf(outcome), null, 2)}\n`
  if (json === true) process.stdout.write(text)
  else await writeFile(json, text)
}

const options = optionsOrExit()
const progress = openProgress()
const closing = createClosing((part, error) => complain(`${part} did not close: ${error}`))
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closing.close().finally(() => process.exit(130)))

/** Whatever hangs, it does not hang for ever: the emission at its pace, and generous time for faults and rest. */
const BOUND_MS = (options.events / options.rate) * 3_000 + options.kills * 30_000 + 300_000
const bound = setTimeout(() => {
  complain(`This takes longer than ${Math.round(BOUND_MS / 1_000)} s; giving up.`)
  void closing.close().finally(() => process.exit(1))
}, BOUND_MS)

try {
  const outcome = options.case
    ? await runCase(options.case, { options, progress, closing })
    : await run(options, progress, closing)
  await show(outcome, options.json)
  const { lost, storedTwice, duplicates } = outcome.verdict
  if (lost.length > 0 || storedTwice > 0) process.exitCode = 1
  if (outcome.kind === 'faults' && options.faults.every((name) => ORDERLY.includes(name))) {
    const isNoticed = duplicates > 0 || Object.keys(outcome.refused).some((answer) => answer.startsWith('5'))
    if (isNoticed) process.exitCode = 1
  }
} finally {
  clearTimeout(bound)
  await closing.close()
}
