/** 200 scripts in every field that a tenant or a receiver writes, opened on the screens that show them: none runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SCRIPT_PAYLOADS } from '../safety/script-payloads.ts'
import type { Delivery, Endpoint } from '../setup/api.ts'
import { until } from '../setup/until.ts'
import { hasBrowser, loaded, openStage, type Stage } from './stage.ts'

const TENANT = '/v1/tenants/acme'
/** A header's value holds no others. */
const printable = (text: string) => text.replace(/[^\t\x20-\x7e]/g, '')

describe.skipIf(!hasBrowser)('stored scripts', () => {
  let stage: Stage
  let deliveries: Delivery[]
  const endpoints: string[] = []
  beforeAll(async () => {
    stage = await openStage()
    const { api } = stage.ringback
    stage.receiver.reply(({ body }) => {
      const { payload } = JSON.parse(body.toString()).data
      const headers = { 'content-type': 'text/html', 'x-note': printable(payload) }
      return { status: 200, headers, body: payload }
    })
    await api('PUT', TENANT, { name: SCRIPT_PAYLOADS[0]!, metadata: { note: SCRIPT_PAYLOADS[1]! } })
    await api('PUT', '/v1/event-types/script.sent', {
      description: SCRIPT_PAYLOADS[3]!,
      example: { payload: SCRIPT_PAYLOADS[3] },
    })
    await api('POST', '/v1/api-keys', { name: SCRIPT_PAYLOADS[3]!, scopes: ['read'] })
    for (const [n, payload] of SCRIPT_PAYLOADS.entries()) {
      const path = encodeURIComponent(payload)
      const { id } = await api<Endpoint>('POST', `${TENANT}/endpoints`, {
        url: `${stage.receiver.url}?q=${path}#${path}`,
        description: payload,
        headers: { 'x-own': printable(payload) },
        metadata: { note: payload },
        // One event for each, and a filter that holds the script too.
        subscriptions: [{ eventTypes: ['script.sent'], filter: { payload } }],
      })
      endpoints.push(id)
      await api('POST', `${TENANT}/events`, {
        type: 'script.sent',
        id: `${n} ${printable(payload)}`,
        metadata: { note: payload },
        data: { payload },
      })
    }
    deliveries = await until(
      async () => (await api<{ data: Delivery[] }>('GET', `${TENANT}/deliveries?limit=250`)).data,
      (all) => all.filter(({ status }) => status === 'delivered').length === SCRIPT_PAYLOADS.length,
      'every payload to be delivered',
      60_000,
    )
  }, 120_000)
  afterAll(() => stage.close())

  it(`of ${SCRIPT_PAYLOADS.length} none runs on any screen, and every one is shown as text`, async () => {
    expect(new Set(deliveries.map(({ endpointId }) => endpointId)).size).toBe(200)
    const { page, faults, go } = await stage.asOperator('/tenants')
    const executed: string[] = []
    page.on('dialog', async (dialog) => {
      executed.push(dialog.message())
      await dialog.dismiss()
    })
    for (const path of ['/tenants', '/tenants/acme', '/event-types/script.sent', '/keys', '/audit-log']) {
      await go(path)
      await loaded(page)
    }
    for (const list of ['endpoints', 'deliveries', 'events', 'audit-log'])
      for (let at: string | undefined = `/tenants/acme/${list}`; at; ) {
        await go(at)
        await loaded(page)
        // In one step: while the next page is on its way, the link of the page before is still there, and then gone.
        const older = await page.evaluate<string | undefined>(
          `[...document.querySelectorAll('nav a')].find((a) => a.textContent === 'Older')?.getAttribute('href')`,
        )
        at = older?.slice('/dashboard'.length)
      }

    const shown = new Set<string>()
    for (const { id } of deliveries) {
      await go(`/tenants/acme/deliveries/${id}`)
      // The receiver's answer, its body and its headers.
      const body = page.locator('figure', { hasText: 'Response body' }).locator('pre')
      shown.add((await body.textContent()) ?? '')
      await page.getByRole('tab', { name: 'Request' }).click()
      await page.locator('figure', { hasText: 'Request body' }).waitFor()
    }
    for (const { eventId } of deliveries) {
      await go(`/tenants/acme/events/${eventId}`)
      await page.getByText('Your id').waitFor()
    }
    // Each form once: what these tabs show beyond the list are the filter and what can be edited.
    for (const id of endpoints.slice(0, 20)) {
      await go(`/tenants/acme/endpoints/${id}?tab=subscriptions`)
      await page.getByText('Filter on data').waitFor()
      await go(`/tenants/acme/endpoints/${id}?tab=settings`)
      await loaded(page)
    }
    expect(executed).toEqual([])
    // A script that the policy had to stop would be on the console.
    expect(faults).toEqual([])
    expect([...shown].sort()).toEqual([...SCRIPT_PAYLOADS].sort())
    // What has no markup in it has made none.
    expect(await page.locator('iframe, object, embed, form[action]').count()).toBe(0)
  }, 240_000)
})
