/** A list of 100,000 deliveries: a page at a time, whatever lies before and behind it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillRows } from '../bench/rows.ts'
import type { Endpoint } from '../setup/api.ts'
import { hasBrowser, openStage, type Stage } from './stage.ts'

const DELIVERIES = 100_000
const PAGE = 50
/** Pages looked at: as many as a patient person would. */
const PAGES = 60

describe.skipIf(!hasBrowser)(`a list of ${DELIVERIES} deliveries`, () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
    const { api, database } = stage.ringback
    await api('PUT', '/v1/tenants/acme', {})
    const { id } = await api<Endpoint>('POST', '/v1/tenants/acme/endpoints', { url: stage.receiver.url })
    await fillRows(database.pool, {
      count: DELIVERIES,
      tenant: 'acme',
      endpointIds: [id],
      group: 'filled',
      status: `'delivered'`,
      attemptCount: 1,
      completedAt: 'now()',
      attempts: true,
    })
  }, 120_000)
  afterAll(() => stage.close())

  it('is shown page by page, and neither the page nor its memory grows', async () => {
    const { page, faults } = await stage.asOperator('/tenants/acme/deliveries')
    const devtools = await page.context().newCDPSession(page)
    await page.locator('tbody tr').first().waitFor()
    const seen = new Set<string>()
    const sizes: { nodes: number; heap: number }[] = []
    for (let n = 0; n < PAGES; n++) {
      const ids = await page.evaluate<string[]>(
        `[...document.querySelectorAll('tbody a[title^=dlv_]')].map(({ title }) => title)`,
      )
      expect(ids.length).toBe(PAGE)
      for (const id of ids) seen.add(id)
      if (n % 20 === 19) sizes.push(await sizeNow())
      await page.getByRole('link', { name: 'Older' }).click()
      // The oldest row of the page before is gone once the next one is there.
      await page.locator(`a[title="${ids.at(-1)}"]`).waitFor({ state: 'detached' })
    }
    expect(seen.size).toBe(PAGES * PAGE)
    const [first, , last] = sizes as [
      { nodes: number; heap: number },
      unknown,
      { nodes: number; heap: number },
    ]
    expect(last.nodes).toBeLessThan(first.nodes * 1.1)
    expect(last.heap).toBeLessThan(first.heap * 1.25)
    expect(faults).toEqual([])

    async function sizeNow() {
      await devtools.send('HeapProfiler.collectGarbage')
      const { usedSize: heap } = await devtools.send('Runtime.getHeapUsage')
      const nodes = await page.evaluate<number>(`document.querySelectorAll('*').length`)
      return { nodes, heap }
    }
  }, 120_000)

  it('is saved to its bound, and says that there is more', async () => {
    const { page, faults } = await stage.asOperator('/tenants/acme/deliveries')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as JSON' }).click(),
    ])
    const chunks: Buffer[] = []
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer)
    expect(JSON.parse(Buffer.concat(chunks).toString()).length).toBe(5_000)
    await page.getByText('The newest 5,000 are saved').waitFor()
    expect(faults).toEqual([])
  })
})
