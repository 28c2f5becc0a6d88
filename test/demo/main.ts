/**
 * `npm run demo`: GitHub's published events to five receivers, from good to hopeless. Exits 0 if all ended as told.
 * `npm run demo -- --keep` goes on until Ctrl-C, with the dashboard open on what happened.
 */
import { parseArgs } from 'node:util'
import { createClosing } from '../../src/closing.ts'
import type { Installation } from './installation.ts'
import { keepOpen } from './keep.ts'
import { run } from './run.ts'
import { openUi } from './ui.ts'

const { keep } = parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values
const ui = openUi()
const closing = createClosing((part, error) => ui.failed(`The ${part} did not close cleanly: ${error}`))

const interruption = new AbortController()
/** Whether all is done and shown, so that being interrupted is how it ends. */
let isKeptOpen = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, async () => {
    if (interruption.signal.aborted) return
    interruption.abort()
    if (isKeptOpen) return
    ui.failed('Interrupted: stopping what was started.')
    await closing.close()
    process.exit(130)
  })

ui.intro('Ringback delivers callbacks')
const stayOpen = async (installation: Installation) => {
  isKeptOpen = true
  await keepOpen(ui, installation, interruption.signal)
}
const faults = await run(ui, closing, interruption.signal, keep ? stayOpen : undefined).catch(
  (error: unknown) => [String(error)],
)
if (!interruption.signal.aborted || isKeptOpen) {
  await closing.close()
  for (const fault of faults) ui.failed(fault)
  ui.outro(faults.length === 0 ? 'All ended as told.' : 'Not all ended as told: see above.')
  process.exitCode = faults.length === 0 ? 0 : 1
}
