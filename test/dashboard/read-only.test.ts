/** A portal session that may look alone: nothing that changes anything is on its screens, and the API refuses it anyway. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Delivery, Endpoint } from '../setup/api.ts'
import { until } from '../setup/until.ts'
import { hasBrowser, loaded, openStage, type Stage } from './stage.ts'

const TENANT = '/v1/tenants/acme'
/** What may be pressed by somebody who only looks. */
const HARMLESS =
  /^(Copy|Save as|Sign out|Colours|Times|Columns|Pause the list|Go live|Clear|Dismiss|Open the navigation|CSV|JSON|Check|collapse|expand)/i

describe.skipIf(!hasBrowser)('a portal session that may look alone', () => {
  let stage: Stage
  let endpoint: string
  let delivery: string
  beforeAll(async () => {
    stage = await openStage()
    const { api } = stage.ringback
    await api('PUT', TENANT, {})
    await api('PUT', '/v1/event-types/invoice.paid', { example: { amount: 1 } })
    stage.receiver.reply(500)
    const made = await api<Endpoint>('POST', `${TENANT}/endpoints`, {
      url: stage.receiver.url,
      subscriptions: [{ eventTypes: ['*'] }],
      retry: { kind: 'schedule', delaysSeconds: [3_600] },
    })
    endpoint = made.id
    await api('POST', `${TENANT}/events`, { type: 'invoice.paid', data: {} })
    const [one] = await until(
      async () => (await api<{ data: Delivery[] }>('GET', `${TENANT}/deliveries`)).data,
      (all) => all[0]?.status === 'retrying',
      'the delivery to wait for its next attempt',
    )
    delivery = one!.id
    await api('POST', `${TENANT}/recoveries`, { after: new Date(0).toISOString(), perSecond: 1 })
  })
  afterAll(() => stage.close())

  it('sees all, and nothing that changes anything', async () => {
    const { page, go, faults } = await stage.asTenant('acme', { readOnly: true })
    const found: string[] = []
    for (const path of [
      '',
      '/endpoints',
      `/endpoints/${endpoint}`,
      `/endpoints/${endpoint}?tab=deliveries`,
      `/endpoints/${endpoint}?tab=subscriptions`,
      // What is not theirs falls back to the overview.
      `/endpoints/${endpoint}?tab=secret`,
      `/endpoints/${endpoint}?tab=settings`,
      `/endpoints/${endpoint}?tab=test`,
      '/deliveries',
      `/deliveries/${delivery}`,
      '/events',
      '/event-types',
      '/event-types/invoice.paid',
      '/recoveries',
      '/audit-log',
    ]) {
      await go(`/tenants/acme${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await loaded(page)
      for (const button of await page.getByRole('button').all()) {
        const name = (await button.getAttribute('aria-label')) ?? (await button.textContent()) ?? ''
        if (!HARMLESS.test(name)) found.push(`${path}: ${name}`)
      }
      if ((await page.getByRole('link', { name: 'New endpoint' }).count()) > 0)
        found.push(`${path}: New endpoint`)
      expect(await page.getByRole('alert').count(), path).toBe(0)
    }
    expect(found).toEqual([])
    expect(faults).toEqual([])
  })

  it('is refused by the API whatever it tries with its cookie', async () => {
    const { page } = await stage.asTenant('acme', { readOnly: true })
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    const tries: [method: string, path: string, body?: object][] = [
      ['POST', '/endpoints', { url: stage.receiver.url }],
      ['PATCH', `/endpoints/${endpoint}`, { description: 'mine' }],
      ['DELETE', `/endpoints/${endpoint}`],
      ['POST', `/endpoints/${endpoint}/pause`],
      ['POST', `/endpoints/${endpoint}/disable`],
      ['GET', `/endpoints/${endpoint}/secret`],
      ['POST', `/endpoints/${endpoint}/secret/rotate`, {}],
      ['POST', `/endpoints/${endpoint}/test`, {}],
      ['POST', `/deliveries/${delivery}/retry`],
      ['POST', `/deliveries/${delivery}/cancel`],
      ['POST', '/recoveries', { after: new Date(0).toISOString() }],
      ['POST', '/events', { type: 'invoice.paid', data: {} }],
      ['POST', '/portal-sessions', {}],
    ]
    const answers = await page.evaluate<string[]>(`Promise.all(${JSON.stringify(tries)}.map(
      async ([method, path, body]) => {
        const headers = { 'Ringback-Face': 'portal', 'Content-Type': 'application/json' }
        const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
        const answer = await fetch('${TENANT}' + path, init)
        return method + ' ' + path + ' ' + answer.status
      }))`)
    expect(answers).toEqual(tries.map(([method, path]) => `${method} ${path} 403`))
    // Nothing of it was done.
    const { data } = await stage.ringback.api<{ data: { status: string; description: string | null }[] }>(
      'GET',
      `${TENANT}/endpoints`,
    )
    expect(data.map(({ status, description }) => ({ status, description }))).toEqual([
      { status: 'active', description: null },
    ])
  })

  it("is refused another tenant's part, by the screen and by the API", async () => {
    await stage.ringback.api('PUT', '/v1/tenants/other', {})
    const { page, go } = await stage.asTenant('other', { readOnly: true })
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    for (const path of [`endpoints/${endpoint}`, `deliveries/${delivery}`, 'events', 'recoveries']) {
      for (const owner of ['acme', 'other']) {
        if (owner === 'other' && !path.includes('_')) continue
        await go(`/tenants/${owner}/${path}`)
        await page.getByRole('alert').getByText('not_found').first().waitFor()
        expect(await page.getByText(stage.receiver.url).count()).toBe(0)
      }
    }
  })
})
