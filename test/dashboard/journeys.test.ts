/** What people come for, on both faces, against a real server, real deliveries and a real receiver. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../setup/api.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { hasBrowser, openStage, type Screen, type Stage } from './stage.ts'

describe.skipIf(!hasBrowser).each(['dashboard', 'portal'] as const)('on the %s', (face) => {
  /** Each face has a tenant of its own, so that none sees the other's. */
  const tenant = `of-${face}`
  const path = `/tenants/${tenant}`
  let stage: Stage
  let receiver: Receiver
  let screen: Screen
  let page: Page
  beforeAll(async () => {
    stage = await openStage()
    receiver = await startReceiver()
    const { api } = stage.ringback
    await api('PUT', `/v1${path}`, { name: 'Acme' })
    for (const name of ['invoice.paid', 'order.made'])
      await api('PUT', `/v1/event-types/${name}`, { example: { amount: 1 } })
    screen = face === 'portal' ? await stage.asTenant(tenant) : await stage.asOperator(path)
    page = screen.page
  })
  afterAll(async () => {
    await receiver.close()
    await stage.close()
  })

  const api = <T>(method: string, below: string, body?: object) =>
    stage.ringback.api<T>(method, `/v1${path}${below}`, body)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const status = (name: string) => page.getByRole('heading', { level: 1, name: new RegExp(name) })

  /** An endpoint whose deliveries are not retried by themselves. */
  const endpointFor = (eventType: string) =>
    api<Endpoint>('POST', '/endpoints', {
      url: receiver.url,
      subscriptions: [{ eventTypes: [eventType] }],
      retry: { kind: 'schedule', delaysSeconds: [] },
    })

  it('a URL is registered and subscribed, and a test event is seen to arrive', async () => {
    await screen.go(`${path}/endpoints/new`)
    await page.getByLabel('URL').fill(receiver.url)
    await page.getByRole('checkbox', { name: 'Everything' }).uncheck()
    await page.getByRole('checkbox', { name: 'paid' }).check()
    await button('Register the endpoint').click()
    const secret = await page.getByText('whsec_').textContent()

    await page.getByRole('link', { name: 'Send a test event' }).click()
    await page.getByLabel('Event type').selectOption('invoice.paid')
    await button('Send it').click()
    await page.getByText('delivered', { exact: true }).waitFor()
    const request = await receiver.next()
    receiver.verify(secret!, request)
    expect(JSON.parse(request.body.toString())).toMatchObject({ type: 'invoice.paid', data: { amount: 1 } })

    await page.getByRole('tab', { name: 'Subscriptions' }).click()
    await button('Add').click()
    await page.getByRole('checkbox', { name: 'made' }).check()
    await button('Save').click()
    await page.getByRole('dialog', { name: 'New subscription' }).waitFor({ state: 'detached' })
    await page.getByText('order.made', { exact: true }).waitFor()
    await api('POST', '/events', { type: 'order.made', data: { n: 1 } })
    expect(JSON.parse((await receiver.next()).body.toString()).data).toEqual({ n: 1 })
    expect(screen.faults).toEqual([])
  })

  it('a failed delivery is opened and retried, and turns delivered in the list and by itself', async () => {
    receiver.reply({ status: 500, body: 'out of order' })
    const { id } = await endpointFor('repair.needed')
    await screen.go(`${path}/deliveries?endpointId=${id}`)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await api('POST', '/events', { type: 'repair.needed', data: {} })
    await page.getByRole('row', { name: /failed repair\.needed/ }).waitFor()
    await page.getByRole('link', { name: 'repair.needed' }).click()
    await status('failed').waitFor()
    await page.getByText('out of order').waitFor()

    receiver.reply(204)
    await button('Retry now').click()
    await status('delivered').waitFor()
    await page.getByText('Attempt 2').waitFor()
    await screen.go(`${path}/deliveries?endpointId=${id}`)
    await page.getByRole('row', { name: /delivered repair\.needed/ }).waitFor()
    expect(screen.faults).toEqual([])
  })

  it('what failed in a span of time is counted first, then recovered, and its progress shown', async () => {
    receiver.reply(500)
    const { id } = await endpointFor('outage.hit')
    for (const n of [1, 2, 3]) await api('POST', '/events', { type: 'outage.hit', data: { n } })
    await screen.go(`${path}/deliveries?endpointId=${id}&status=failed`)
    await page
      .getByRole('row', { name: /outage\.hit/ })
      .nth(2)
      .waitFor()
    const lastAnswer = page.getByLabel('Last answer')
    await lastAnswer.selectOption('2xx')
    await page
      .getByRole('row', { name: /outage\.hit/ })
      .first()
      .waitFor({ state: 'detached' })
    await lastAnswer.selectOption('5xx')
    await page
      .getByRole('row', { name: /outage\.hit/ })
      .nth(2)
      .waitFor()

    receiver.reply(204)
    await screen.go(`${path}/recoveries`)
    // The endpoint was made behind the page's back, which asks for all of them once in a while.
    await page.reload()
    await button('New recovery').first().click()
    const dialog = page.getByRole('dialog', { name: 'New recovery' })
    await dialog.getByLabel('Endpoint', { exact: true }).selectOption(id)
    await dialog.getByRole('button', { name: 'Count only' }).click()
    await dialog.getByText('This sends 3 deliveries again.').waitFor()
    await dialog.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('img', { name: '3 of 3 set going, 3 delivered, 0 not' }).waitFor()
    await page.getByText('finished', { exact: true }).waitFor()
    expect(screen.faults).toEqual([])
  })

  it('a secret is rotated, and for its grace both verify', async () => {
    receiver.reply(204)
    const { id, secret: former } = await endpointFor('rotation.seen')
    await screen.go(`${path}/endpoints/${id}?tab=secret`)
    await button('Rotate').click()
    await button('Make a new secret').click()
    await page.getByText('Former secret').waitFor()
    const present = await page
      .locator('figure', { hasText: /^Secret/ })
      .locator('pre')
      .textContent()
    expect(present).not.toBe(former)
    await api('POST', '/events', { type: 'rotation.seen', data: {} })
    const requests = await receiver.waitFor((all) => all.some(({ body }) => body.includes('rotation.seen')))
    const request = requests.find(({ body }) => body.includes('rotation.seen'))!
    for (const secret of [present!, former!]) receiver.verify(secret, request)
    expect(screen.faults).toEqual([])
  })

  it('an endpoint is paused, what comes is held and says so, and goes on when it is resumed', async () => {
    receiver.reply(204)
    const { id } = await endpointFor('pause.tried')
    await screen.go(`${path}/endpoints/${id}`)
    await button('Pause').click()
    await status('paused').waitFor()
    await api('POST', '/events', { type: 'pause.tried', data: {} })
    await screen.go(`${path}/deliveries?endpointId=${id}`)
    await page.getByRole('row', { name: /held pause\.tried/ }).waitFor()
    await page.getByRole('link', { name: 'pause.tried' }).click()
    await page.getByText('Resume the endpoint, and this goes on by itself.').waitFor()
    const delivery = new URL(page.url()).pathname

    await page.getByRole('link', { name: 'To the endpoint' }).click()
    await button('Resume').click()
    await status('active').waitFor()
    await page.evaluate('history.go(-1)')
    await status('delivered').waitFor()
    expect(new URL(page.url()).pathname).toBe(delivery)
    expect(screen.faults).toEqual([])
  })

  it('a list is saved as a file, of all that its filter matches', async () => {
    await screen.go(`${path}/deliveries?eventType=outage.hit`)
    const [file] = await Promise.all([page.waitForEvent('download'), button('Save as CSV').click()])
    expect(file.suggestedFilename()).toBe('deliveries.csv')
    const chunks: Buffer[] = []
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer)
    const [head, ...rows] = Buffer.concat(chunks).toString().trim().split('\r\n')
    expect(head).toMatch(/^id,tenantId,eventId,eventType,/)
    expect(rows.length).toBe(3)
    expect(screen.faults).toEqual([])
  })

  it('times are told in UTC when it is chosen, also after the page is loaded again', async () => {
    await screen.go(`${path}/deliveries`)
    await button('Times: in your zone. Change to UTC').click()
    await page.reload()
    await page.getByLabel('Time', { exact: true }).selectOption('own')
    await page.getByLabel('From, UTC').waitFor()
    expect(await page.locator('tbody time').first().getAttribute('title')).toMatch(/UTC\n/)
    await button('Times: in UTC. Change to your zone').click()
    await page.getByLabel('From', { exact: true }).waitFor()
    expect(screen.faults).toEqual([])
  })
})
