/** `npm run demo`: GitHub's published events to five receivers, from good to hopeless. Exits 0 if all ended as told. */
import { createClosing } from '../../src/closing.ts'
import { run } from './run.ts'
import { openUi } from './ui.ts'

const ui = openUi()
const closing = createClosing((part, error) => ui.failed(`The ${part} did not close cleanly: ${error}`))

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, async () => {
    if (interruption.signal.aborted) return
    interruption.abort()
    ui.failed('Interrupted: stopping what was started.')
    await closing.close()
    process.exit(130)
  })

ui.intro('Ringback delivers callbacks')
const faults = await run(ui, closing, interruption.signal).catch((error: unknown) => [String(error)])
if (!interruption.signal.aborted) {
  await closing.close()
  for (const fault of faults) ui.failed(fault)
  ui.outro(faults.length === 0 ? 'All ended as told.' : 'Not all ended as told: see above.')
  process.exitCode = faults.length === 0 ? 0 : 1
}
