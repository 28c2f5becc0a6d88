import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Accepted, createApi, type Endpoint } from '../setup/api.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testVariables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { type RingbackProcess, startProcess } from '../setup/process.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { hasTerminal, type Running, startCommand } from './command.ts'

/** The receiver that is registered, where the server can reach it; and the one on the laptop, where it cannot. */
let registered: Receiver
beforeAll(async () => {
  registered = await startReceiver()
})
afterAll(() => registered.close())

describe('listen', () => {
  let server: TestRingback
  let variables: Record<string, string>
  let endpoint: Endpoint
  beforeAll(async () => {
    server = await startRingback()
    variables = { RINGBACK_URL: server.url, RINGBACK_API_KEY: server.key, RINGBACK_TENANT: 'acme' }
    await server.api('PUT', '/v1/tenants/acme', {})
    endpoint = await register()
  })
  afterAll(() => server.stop())

  const register = () =>
    server.api<Endpoint>('POST', '/v1/tenants/acme/endpoints', {
      url: registered.url,
      subscriptions: [{ eventTypes: ['*'] }],
    })
  const emit = (type: string, data = '{}') =>
    server.api<Accepted>('POST', '/v1/tenants/acme/events', `{"type":"${type}","data":${data}}`)

  async function listen(receiver: Receiver, args: string[] = [], more = {}): Promise<Running> {
    const running = startCommand(['listen', '--forward', receiver.url, ...args], { variables, ...more })
    await running.waitFor('Forwarding')
    return running
  }

  /** The stream begins a moment after the greeting: what is emitted until then is not for it. */
  async function isThere(receiver: Receiver) {
    await until(
      () => emit('are.you.there').then(() => receiver.requests.length),
      (count) => count > 0,
      'a first event',
    )
  }

  it('forwards the very bytes, signed with the secret of the endpoint, and says so in a line', async () => {
    const local = await startReceiver()
    const running = await listen(local)
    await isThere(local)
    const { id } = await emit('invoice.paid', '{"n": 12345678901234567890.10}')
    await local.waitFor((requests) => requests.some((request) => request.id === id))
    const request = local.requests.find((one) => one.id === id)!
    expect(request.body.toString()).toContain('"data":{"n": 12345678901234567890.10}')
    local.verify(endpoint.secret, request)
    await running.waitFor(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d \\[204\\] POST ${local.url} invoice\\.paid ${id} \\(\\d+ms\\)$`, 'm'),
    )
    running.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    await local.close()
  })

  it('forwards an event once, however many endpoints it goes to and however often it is tried', async () => {
    const second = await register()
    const local = await startReceiver(500)
    const running = await listen(local, ['--json'])
    await isThere(local)
    const { id } = await emit('two.endpoints')
    const { id: last } = await emit('the.last')
    await local.waitFor((requests) => requests.some((request) => request.id === last))
    expect(local.requests.filter((request) => request.id === id)).toHaveLength(1)
    await running.waitFor(last)
    running.kill('SIGTERM')
    const { stdout, code } = await running.ended
    expect(code).toBe(143)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { eventId: string; status: number })
    expect(lines.find(({ eventId }) => eventId === id)).toMatchObject({
      status: 500,
      eventType: 'two.endpoints',
    })
    await server.api('DELETE', `/v1/tenants/acme/endpoints/${second.id}`)
    await local.close()
  })

  it('signs with a secret of its own where it may not read the endpoint’s: the same at every start', async () => {
    const { key } = await server.api<{ key: string }>('POST', '/v1/api-keys', {
      name: 'reader',
      scopes: ['read'],
    })
    const local = await startReceiver()
    const secrets = []
    for (let start = 0; start < 2; start++) {
      const running = startCommand(['listen', '--forward', local.url], {
        variables: { ...variables, RINGBACK_API_KEY: key },
      })
      await running.waitFor('Forwarding')
      await until(
        () => emit('a.b').then(() => running.stdout()),
        (text) => text.includes('[204]'),
        'a forward',
      )
      const [secret] = /whsec_\S+/.exec(running.stderr())!
      expect(running.stderr().split(secret)).toHaveLength(2)
      local.verify(secret)
      secrets.push(secret)
      running.kill('SIGINT')
      await running.ended
    }
    expect(secrets[0]).toBe(secrets[1])
    expect(secrets[0]).not.toBe(endpoint.secret)
    await local.close()
  })

  it('tells of a receiver that is not there, and goes on', async () => {
    const local = await startReceiver()
    const running = await listen(local)
    await isThere(local)
    await local.close()
    await emit('nobody.home')
    await running.waitFor(/\[ERR\] POST \S+ nobody\.home \S+ \(\d+ms\) ECONNREFUSED/)
    await local.open()
    const { id } = await emit('somebody.home')
    await local.waitFor((requests) => requests.some((request) => request.id === id))
    running.kill('SIGINT')
    await running.ended
    await local.close()
  })

  it.skipIf(!hasTerminal)('sends the last again at the key r, and ends at q', async () => {
    const local = await startReceiver()
    const running = await listen(local, ['--event-type', 'for.keys'], { terminal: true })
    await running.waitFor('[r] re-send the last')
    const first = await until(
      () => emit('for.keys').then(() => local.requests[0]),
      (request) => request !== undefined,
      'a first event',
    )
    await until(
      async () => {
        running.type('r')
        const counts = new Map<string, number>()
        for (const { id } of local.requests) counts.set(id, (counts.get(id) ?? 0) + 1)
        return Math.max(...counts.values())
      },
      (most) => most > 1,
      'one to come twice',
    )
    expect(first!.path).toBe('/')
    running.type('q')
    expect((await running.ended).code).toBe(130)
    await local.close()
  })

  it('is refused where the key or the receiver is wrong', async () => {
    const wrong = startCommand(['listen', '--forward', '3000', '--key', 'wrong'], { variables })
    expect((await wrong.ended).code).toBe(3)
    const nowhere = startCommand(['listen', '--forward', 'ftp://x'], { variables })
    expect((await nowhere.ended).code).toBe(2)
  })
})

describe('while the server’s own process is restarted', () => {
  let database: TestDatabase
  let server: RingbackProcess
  let variables: Record<string, string>
  beforeAll(async () => {
    database = await createTestDatabase()
    variables = { ...testVariables(), DATABASE_URL: database.url, PORT: `${await freePort()}` }
    server = await start()
  })
  afterAll(async () => {
    await server.kill('SIGKILL')
    await database.drop()
  })

  async function start() {
    const process = await startProcess(variables)
    await process.waitReady()
    return process
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'at %s listen misses nothing, and forwards nothing twice',
    async (signal) => {
      const key = variables.RINGBACK_ADMIN_KEY!
      const api = createApi(server.url, key)
      const tenant = signal.toLowerCase()
      await api('PUT', `/v1/tenants/${tenant}`, {})
      await api('POST', `/v1/tenants/${tenant}/endpoints`, {
        url: registered.url,
        subscriptions: [{ eventTypes: ['*'] }],
      })
      const emit = () => api<Accepted>('POST', `/v1/tenants/${tenant}/events`, { type: 'tick', data: {} })

      const local = await startReceiver()
      const running = startCommand(['listen', '--forward', local.url, '--tenant', tenant], {
        variables: { RINGBACK_URL: server.url, RINGBACK_API_KEY: key },
      })
      await running.waitFor('Forwarding')
      await until(
        () => emit().then(() => local.requests.length),
        (count) => count > 0,
        'a first event',
      )

      const accepted: string[] = []
      for (let restart = 0; restart < 3; restart++) {
        for (let n = 0; n < 10; n++) accepted.push((await emit()).id)
        // The stream tells of changes once a second: most of these have not been told when it breaks.
        await server.kill(signal)
        server = await start()
        for (let n = 0; n < 10; n++) accepted.push((await emit()).id)
      }
      const cameOf = () => new Set(local.requests.map(({ id }) => id))
      await until(cameOf, (came) => accepted.every((id) => came.has(id)), 'all that was accepted', 60_000)
      const { id: last } = await emit()
      await until(cameOf, (came) => came.has(last), 'one more')
      expect(local.requests).toHaveLength(cameOf().size)

      running.kill('SIGINT')
      expect((await running.ended).code).toBe(130)
      await local.close()
    },
    120_000,
  )
})
