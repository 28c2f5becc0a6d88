import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCli } from '../../src/cli/frame/cli.ts'
import type { CliCommand } from '../../src/cli/frame/command.ts'
import { createProgram } from '../../src/cli/program.ts'
import type { Delivery, Event } from '../../src/client/index.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { hasTerminal, ringback, ringbackJson, startCommand } from './command.ts'

let server: TestRingback
let receiver: Receiver
let folder: string
let variables: Record<string, string>
const ran = new Set<string>()

beforeAll(async () => {
  server = await startRingback()
  receiver = await startReceiver()
  folder = await mkdtemp(join(tmpdir(), 'ringback-cli-'))
  variables = { RINGBACK_URL: server.url, RINGBACK_API_KEY: server.key, RINGBACK_TENANT: 'acme' }
})
afterAll(async () => {
  await server.stop()
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
})

/** The JSON of a command, which is noted to have run. */
function json<T = { id: string }>(...args: string[]): Promise<T> {
  note(args)
  return ringbackJson<T>(args, { variables })
}

/** What a command says to people. @throws unless it ended well */
async function text(...args: string[]): Promise<string> {
  note(args)
  const { code, stdout, stderr } = await ringback(args, { variables })
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}

const note = ([first, second]: string[]) => ran.add(first!).add(`${first} ${second}`)

it('tenants: put, get, list, delete', async () => {
  expect(await json('tenants', 'put', 'acme', '--name', 'Acme', '--metadata', 'plan=gold')).toMatchObject({
    name: 'Acme',
    metadata: { plan: 'gold' },
  })
  await json('tenants', 'put', 'other')
  expect(await text('tenants', 'get', 'acme')).toContain('Acme')
  expect(await json<object[]>('tenants', 'list', '--limit', '1')).toHaveLength(1)
  expect(await text('tenants', 'delete', 'other', '--yes')).toBe('other is deleted.\n')
})

it('endpoints: create, list, get, pause, resume, disable, enable, test, rotate, delete', async () => {
  const filter = '{"amount": {"$gte": 10}}'
  const made = await json<{ id: string; secret: string; subscriptions: object[] }>(
    ...['endpoints', 'create', receiver.url, '--event-type', 'a.*', '--event-type', 'b', '--filter', filter],
  )
  expect(made.subscriptions).toMatchObject([{ eventTypes: ['a.*', 'b'], filter: { amount: { $gte: 10 } } }])
  expect(await text('endpoints', 'list')).toContain(made.id)
  expect(await text('endpoints', 'get', made.id)).toContain(receiver.url)
  expect(await text('endpoints', 'pause', made.id)).toBe(`${made.id} is paused.\n`)
  expect(await json('endpoints', 'resume', made.id)).toMatchObject({ status: 'active' })
  expect(await json('endpoints', 'disable', made.id)).toMatchObject({ status: 'disabled' })
  expect(await json('endpoints', 'enable', made.id)).toMatchObject({ status: 'active' })

  const sent = await json<{ eventId: string }>('endpoints', 'test', made.id, '--data', '{"amount": 3}')
  await receiver.waitFor((requests) => requests.some(({ id }) => id === sent.eventId))
  receiver.verify(made.secret)
  const { secret } = await json<{ secret: string }>('endpoints', 'rotate', made.id, '--yes', '--grace', '60')
  expect(secret).not.toBe(made.secret)
  expect(await json('endpoints', 'delete', made.id, '--yes')).toEqual({ id: made.id, deleted: true })
})

it('emit: keeps every digit of the data, is one event under one id, and waits for its end', async () => {
  const { id: endpoint } = await json('endpoints', 'create', receiver.url, '--event-type', 'invoice.*')
  const data = '{"n": 12345678901234567890.10, "s": "\\u00e9"}'
  await writeFile(join(folder, 'data.json'), data)

  const first = await json<Event>(
    'emit',
    'acme',
    'invoice.paid',
    '--data',
    `@${join(folder, 'data.json')}`,
    '--id',
    'mine',
    '--wait',
  )
  expect(first.deliveries).toMatchObject([{ status: 'delivered' }])
  const callback = receiver.requests.find(({ id }) => id === first.id)!
  expect(callback.body.toString()).toContain(`"data":${data}`)
  expect(await text('events', 'body', first.id)).toBe(callback.body.toString())

  const again = await json(
    'emit',
    'acme',
    'invoice.paid',
    '--data',
    `@${join(folder, 'data.json')}`,
    '--id',
    'mine',
  )
  expect(again.id).toBe(first.id)
  const { stdout } = await ringback(['emit', 'acme', 'invoice.paid', '--data', '-', '--json'], {
    variables,
    input: '{"from": "stdin"}',
  })
  const { id } = JSON.parse(stdout) as Event
  expect(await json<Event>('events', 'get', id)).toMatchObject({ data: { from: 'stdin' } })

  receiver.reply(500)
  const failed = await ringback(['emit', 'acme', 'invoice.paid', '--wait', '--timeout', '1'], { variables })
  expect(failed.code).toBe(1)
  receiver.reply(204)
  await json('endpoints', 'delete', endpoint, '--yes')
})

it('events, deliveries: list, get, attempts; retry and cancel', async () => {
  receiver.reply(500)
  const { id: endpoint } = await json('endpoints', 'create', receiver.url)
  // Its second try is not to come while these commands look at the first.
  await server.api('PATCH', `/v1/tenants/acme/endpoints/${endpoint}`, {
    retry: { kind: 'schedule', delaysSeconds: [3_600], jitter: 0 },
  })
  const { id: event } = await json('emit', 'acme', 'user.left', '--data', '{"name": "Ann"}')
  expect(await text('events', 'list', '--type', 'user.left', '--after', '1h')).toContain(event)
  expect(await text('events', 'get', event)).toContain('user.left')

  const find = () => json<Delivery[]>('deliveries', 'list', '--event', event)
  const [delivery] = await until(find, ([one]) => one?.attemptCount === 1, 'an attempt')
  const { id } = delivery!
  expect(await text('deliveries', 'list', '--endpoint', endpoint, '--status', 'retrying')).toContain(id)
  expect(await text('deliveries', 'list', '--endpoint', endpoint, '--answer', '2xx')).not.toContain(id)
  expect(await text('deliveries', 'get', id)).toContain('500')
  expect(await json<object[]>('deliveries', 'attempts', id)).toMatchObject([
    { number: 1, error: 'http_status' },
  ])
  expect(await json('cancel', id)).toMatchObject({ status: 'canceled' })

  receiver.reply(204)
  await json('retry', id)
  await until(find, ([one]) => one?.status === 'delivered', 'it to be delivered')
  expect(await text('deliveries', 'attempts', id)).toContain('manual')
  await json('endpoints', 'delete', endpoint, '--yes')
})

it('lists over all tenants when no tenant is said, and takes the own tenant of a key that is bound to one', async () => {
  await json('tenants', 'put', 'second')
  const everything = { ...variables, RINGBACK_TENANT: '' }
  await ringbackJson(['emit', 'second', 'a.b'], { variables })
  const all = await ringbackJson<Event[]>(['events', 'list', '--limit', 'all'], { variables: everything })
  expect(new Set(all.map(({ tenantId }) => tenantId))).toEqual(new Set(['acme', 'second']))

  const { key } = await json<{ key: string }>(
    'keys',
    'create',
    'bound',
    '--scope',
    'read',
    '--tenant',
    'second',
  )
  const own = await ringbackJson<Event[]>(['events', 'list'], {
    variables: { ...everything, RINGBACK_API_KEY: key },
  })
  expect(own.map(({ tenantId }) => tenantId)).toEqual(['second'])
})

it('recover: counts, asks, sets going, and watches to the end', async () => {
  receiver.reply(410)
  const { id: endpoint } = await json('endpoints', 'create', receiver.url, '--event-type', 'lost.*')
  for (let n = 0; n < 3; n++) await json('emit', 'acme', 'lost.thing', '--data', `{"n": ${n}}`)
  const waiting = () => json<Delivery[]>('deliveries', 'list', '--endpoint', endpoint)
  await until(waiting, (all) => all.every(({ status }) => status !== 'pending'), 'the endpoint to be gone')
  for (const { id, status } of await waiting()) if (status === 'held') await json('cancel', id)

  receiver.reply(204)
  await json('endpoints', 'enable', endpoint)
  const filter = ['--endpoint', endpoint, '--after', '1h', '--status', 'failed', '--status', 'canceled']
  expect(await text('recover', ...filter, '--dry-run')).toBe('3 deliveries would be retried.\n')
  expect((await ringback(['recover', ...filter], { variables })).code).toBe(2)

  const { stdout, stderr, code } = await ringback(['recover', ...filter, '--yes', '--json'], { variables })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'finished', matched: 3, done: 3, failed: 0 })
  expect(stderr).toContain('3 delivered')
  expect(await text('recover', ...filter, '--yes')).toContain('0 deliveries')
})

it.skipIf(!hasTerminal)('recover: has a bar in a terminal', async () => {
  receiver.reply(204)
  const { id: endpoint } = await json('endpoints', 'create', receiver.url, '--event-type', 'barred')
  await ringback(['emit', 'acme', 'barred', '--wait'], { variables })
  const line = ['recover', '--endpoint', endpoint, '--after', '1h', '--status', 'delivered', '--yes']
  const { code, stdout } = await ringback(line, { variables, terminal: true })
  expect(code).toBe(0)
  expect(stdout).toContain('━')
  expect(stdout).toContain('finished: 1 of 1 set going, 1 delivered')
})

it('event-types and types: put, get, list, push from a module, and back to TypeScript', async () => {
  const schema = '{"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]}'
  await json(
    'event-types',
    'put',
    'invoice.paid',
    '--schema',
    schema,
    '--schema-mode',
    'enforce',
    '--description',
    'Paid',
  )
  expect(await text('event-types', 'get', 'invoice.paid')).toContain('enforce')
  const module = join(folder, 'events.mjs')
  await writeFile(
    module,
    `export default { 'user.joined': { schema: { type: 'object' }, description: 'Joined' } }`,
  )
  expect(await json('event-types', 'push', module, '--dry-run')).toEqual([
    { name: 'user.joined', change: 'created' },
  ])
  expect(await json('event-types', 'push', module)).toEqual([{ name: 'user.joined', change: 'created' }])
  expect(await text('event-types', 'push', module)).toContain('unchanged')
  expect(await json<object[]>('event-types', 'list')).toHaveLength(2)

  const file = join(folder, 'catalogue.ts')
  await text('types', '--out', file, '--name', 'Events')
  const written = await readFile(file, 'utf8')
  expect(written).toContain('export interface Events {')
  expect(written).toMatch(/'invoice\.paid': \{\s*amount: number/)
  expect(await text('types', '--name', 'Events')).toBe(written)
  expect((await ringback(['emit', 'acme', 'invoice.paid', '--data', '{}'], { variables })).stderr).toContain(
    'amount',
  )
})

it('keys: create, list, revoke; and a master key', async () => {
  const made = await json<{ id: string; key: string }>(
    'keys',
    'create',
    'billing',
    '--scope',
    'emit',
    'read',
    '--expires-at',
    '2030-01-01',
  )
  const own = { ...variables, RINGBACK_API_KEY: made.key }
  expect((await ringback(['emit', 'acme', 'a.b'], { variables: own })).code).toBe(0)
  expect((await ringback(['tenants', 'put', 'x'], { variables: own })).code).toBe(3)
  expect(await text('keys', 'list')).toContain('billing')
  expect(await text('keys', 'revoke', made.id, '--yes')).toContain('revoked')
  expect((await ringback(['emit', 'acme', 'a.b'], { variables: own })).code).toBe(3)
  expect(Buffer.from((await text('keys', 'generate-master')).trim(), 'base64')).toHaveLength(32)
})

it('portal: a link that is good for the tenant', async () => {
  const session = await json<{ url: string; token: string }>(
    'portal',
    'acme',
    '--read-only',
    '--expires-in',
    '60',
  )
  expect(session.url).toContain(session.token)
  expect(await text('portal', 'acme')).toMatch(/^http.*\/portal#token=/)
})

it('openapi: the document that the server has', async () => {
  const served = await (await fetch(new URL('openapi.json', server.url))).json()
  expect(JSON.parse(await text('openapi'))).toEqual(served)
})

it('tail: a line for each change, of one tenant or of all', async () => {
  note(['tail'])
  receiver.reply(204)
  await json('endpoints', 'create', receiver.url, '--event-type', 'tailed.*')
  const tail = startCommand(['tail', '--json', '--event-type', 'tailed.now'], {
    variables: { ...variables, RINGBACK_TENANT: '' },
  })
  await tail.waitFor('Watching all tenants')
  await until(
    () => ringback(['emit', 'acme', 'tailed.now'], { variables }).then(() => tail.stdout()),
    (text) => text.includes('\n'),
    'a line',
  )
  await tail.waitFor('"status":"delivered"')
  tail.kill('SIGINT')
  const { stdout, code } = await tail.ended
  expect(code).toBe(130)
  const changes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Delivery)
  expect(changes.every(({ eventType }) => eventType === 'tailed.now')).toBe(true)
  const told = changes.map(({ id, status, attemptCount }) => `${id} ${status} ${attemptCount}`)
  expect(new Set(told).size).toBe(told.length)
})

it('there is no command that none of these tests runs', () => {
  const elsewhere = ['start', 'dev', 'migrate', 'doctor', 'listen', 'relay', 'sign', 'verify', 'completion']
  const leaves = (command: CliCommand, path: string[]): string[] =>
    command.commands.length === 0
      ? [path.join(' ')]
      : (command.commands as CliCommand[]).flatMap((one) => leaves(one, [...path, one.name()]))
  const missing = leaves(createProgram(createCli()), []).filter(
    (name) => !ran.has(name) && !elsewhere.includes(name),
  )
  expect(missing).toEqual([])
})
