import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { COSTS, readAssumptions, readCosts } from './inputs.ts'
import { cellLimit, needsOf, peakOfMachine, storedBytes } from './model.ts'
import { capacityTable, withTable } from './page.ts'

const run = promisify(execFile)
const measured = readCosts(COSTS)
const assumptions = readAssumptions()

test('docs/scaling.md holds what the model says of the measured costs (`npm run docs:generate`)', async () => {
  const page = await readFile('docs/scaling.md', 'utf8')
  expect(page).toBe(withTable(page, capacityTable(measured, assumptions)))
})

describe('the model', () => {
  test('no cell is asked for more than it carries, at any rate', () => {
    const { rate: most } = cellLimit(measured.costs, assumptions)
    const { coresOfPostgres, walMegabytesPerSecond } = assumptions.machines
    for (const rate of [1, 1e3, most, most + 1, 1e5, 1e6, 1e7]) {
      const { cells, postgresCores, walMegabytes } = needsOf(rate, measured, assumptions)
      expect(rate / cells).toBeLessThanOrEqual(most)
      expect(postgresCores).toBeLessThanOrEqual(coresOfPostgres)
      expect(walMegabytes).toBeLessThanOrEqual(walMegabytesPerSecond)
    }
  })

  test('receivers that take long need more processes, though no more of Postgres', () => {
    const slow = { ...assumptions, traffic: { ...assumptions.traffic, secondsToAnswer: 10 } }
    const [quick, waiting] = [needsOf(1e5, measured, assumptions), needsOf(1e5, measured, slow)]
    expect(waiting.processes).toBeGreaterThan(quick.processes)
    expect(waiting.postgresCores).toBe(quick.postgresCores)
  })

  test('a delivery is stored as long as it is kept, and a week more', () => {
    const costs = { ...measured.costs, eventBytes: 1000, deliveryBytes: 500, attemptBytes: 100 }
    const kept = {
      ...assumptions,
      retentionDays: { events: 3, attempts: 1 },
      traffic: { ...assumptions.traffic, deliveriesPerEvent: 2, attemptsPerDelivery: 1.5 },
    }
    expect(storedBytes(costs, kept)).toBe((1000 * 10 + 150 * 8) * 86_400)
  })
})

describe('npm run capacity', () => {
  const capacity = (...args: string[]) =>
    run(process.execPath, [
      '--import',
      'tsx',
      fileURLToPath(new URL('./main.ts', import.meta.url)),
      ...args,
    ]).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )

  async function jsonFile(content: unknown): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ringback-capacity-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'figures.json'), JSON.stringify(content))
    return join(folder, 'figures.json')
  }

  test('--check ends with 0 for a bench that was foretold, and with 1 for one that was not', async () => {
    const predicted = peakOfMachine(measured)
    const near = await jsonFile({ redis: { singlePerSecond: predicted / 1.2 } })
    const far = await jsonFile({ redis: { singlePerSecond: predicted / 1.3 } })
    expect(await capacity('--check', near)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('+20.0 %, within'),
    })
    expect(await capacity('--check', far)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('+30.0 %, beyond'),
    })
  })

  test('takes costs and rates as told, and says what is no costs file', async () => {
    const twice = await jsonFile({
      ...measured,
      costs: { ...measured.costs, nodeUs: measured.costs.nodeUs * 2 },
    })
    expect((await capacity('--costs', twice, '--rates', '5000')).stdout).toContain('| 5,000 |')
    const other = await jsonFile({ redis: { perSecond: 1 } })
    expect(await capacity('--costs', other)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('costs.nodeUs'),
    })
  })
})
