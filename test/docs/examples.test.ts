/** Every example runs as it stands, on what was built, against a real Ringback; and the pages quote them word for word. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Ringback } from '../../src/client/index.ts'
import { packageFolder } from '../../src/package.ts'
import { newSecret } from '../../src/testing/index.ts'
import { createHost } from '../e2e/host.ts'
import { createTestDatabase } from '../setup/database.ts'
import { testVariables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

const folder = new URL('docs/examples/', packageFolder)
const pages = ['docs/client.md', 'docs/receivers.md', 'docs/library.md', 'docs/outbox.md']

let ringback: TestRingback
let client: Ringback
beforeAll(async () => {
  ringback = await startRingback()
  client = new Ringback({ baseUrl: ringback.url, apiKey: ringback.key })
  await client.tenants.put('acme')
})
afterAll(() => ringback.stop())

/** An example as a process, and what it says. */
function run(args: string[], variables: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: fileURLToPath(packageFolder),
    env: { ...process.env, RINGBACK_URL: ringback.url, RINGBACK_API_KEY: ringback.key, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      for (const look of listeners) look()
    })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, said }))
  /** Resolves once it has said so; rejects when it ends before. */
  const says = (words: string) =>
    Promise.race([
      new Promise<void>((resolve) => {
        const look = () => said.includes(words) && resolve()
        listeners.add(look)
        look()
      }),
      ended.then(() => Promise.reject(new Error(`It ended without "${words}":\n${said}`))),
    ])
  return { ended, says, stop: () => void child.kill('SIGTERM') }
}

const path = (name: string) => fileURLToPath(new URL(`${name}.ts`, folder))

/** Those that emit, or test: they end by themselves. */
const ENDING: Record<string, string[]> = {
  emit: ['accepted evt_'],
  'emit-many': ['accepted 5000'],
  'typed-events': ['accepted invoice.paid'],
  'validated-events': [
    'invoice.paid created',
    'user.left created',
    "sent { amount: 1200, currency: 'EUR' }",
    'not sent schema_violation data.amount',
  ],
  'test-a-host': ['# pass 2', '# fail 0'],
  'test-a-receiver': ['# pass 2', '# fail 0'],
}

/** Those that change a database: Ringback's own, or one of the host's. They end by themselves. */
const IN_TRANSACTIONS: Record<string, 'own' | 'other'> = {
  'transaction-drizzle': 'own',
  'outbox-relay': 'other',
}

/** Those that have Ringback inside. */
const HOSTS = ['host-express', 'host-fastify', 'host-hono', 'host-next']

/** Those that receive, at which path. */
const RECEIVING: Record<string, string> = {
  'receive-node': '/',
  'receive-express': '/callbacks',
  'receive-fastify': '/callbacks',
  'receive-hono': '/callbacks',
  'receive-next': '/callbacks',
  'receive-typed': '/',
}

it('every example is run here', () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''))
  expect(names.sort()).toEqual([ENDING, RECEIVING, IN_TRANSACTIONS].flatMap(Object.keys).concat(HOSTS).sort())
})

describe('the example', () => {
  it.each(Object.entries(ENDING))('%s does what it shows', async (name, words) => {
    const { code, said } = await run([path(name)]).ended
    expect(code, said).toBe(0)
    for (const word of words) expect(said.replace(/^ℹ /gm, '# ')).toContain(word)
  })

  it.each(Object.entries(RECEIVING))('%s takes a real delivery', async (name, where) => {
    const secret = newSecret()
    const port = await freePort()
    const variables = { SECRET: secret, PORT: String(port) }
    const receiver = run(name === 'receive-next' ? servedByNext(path(name)) : [path(name)], variables)
    await receiver.says('ready')
    const host = await createHost(ringback.api)
    await host.register(`http://127.0.0.1:${port}${where}`, { secret })
    const event = await host.emit('invoice.paid', { amount: 1200 })
    await host.reaches(await host.deliveryOf(event), 'delivered')
    await receiver.says('took invoice.paid')
  })
})

describe('the example of a transaction', () => {
  it.each(Object.entries(IN_TRANSACTIONS))('%s emits what was committed', async (name, which) => {
    const other = await createTestDatabase()
    onTestFinished(() => other.drop())
    const url = which === 'own' ? ringback.database.url : other.url
    const receiver = await startReceiver()
    onTestFinished(() => receiver.close())
    await client.tenants.delete('acme')
    await client.tenants.put('acme')
    await client.endpoints.create('acme', { url: receiver.url })
    const { code, said } = await run([path(name)], { DATABASE_URL: url }).ended
    expect(code, said).toBe(0)
    const [request] = await receiver.waitFor(1)
    expect(JSON.parse(request!.body.toString())).toMatchObject({
      type: 'invoice.paid',
      data: { invoice: 17 },
    })
  })
})

describe('the example of a host', () => {
  it.each(HOSTS)(
    '%s emits, serves the API under its path, outlives its connections, and ends when it is told',
    async (name) => {
      const database = await createTestDatabase()
      onTestFinished(() => database.drop())
      const port = await freePort()
      const keys = testVariables()
      const { ended, says, stop } = run(name === 'host-next' ? routedByNext(path(name)) : [path(name)], {
        PORT: String(port),
        DATABASE_URL: database.url,
        RINGBACK_ADMIN_KEY: keys.RINGBACK_ADMIN_KEY,
        RINGBACK_MASTER_KEY: keys.RINGBACK_MASTER_KEY!,
      })
      await says('ready')
      const url = `http://127.0.0.1:${port}`
      const inside = new Ringback({ baseUrl: `${url}/callbacks`, apiKey: keys.RINGBACK_ADMIN_KEY })
      await inside.tenants.put('acme')
      if (name === 'host-next') await inside.events.emit('acme', 'invoice.paid', { invoice: '17' })
      else expect((await fetch(`${url}/invoices/17/pay`, { method: 'POST' })).status).toBe(200)
      const [event] = (await inside.events.list('acme').page()).data
      expect((await inside.events.get('acme', event!.id)).data).toEqual({ invoice: '17' })
      // As when Postgres restarts.
      await database.pool.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      )
      expect(await inside.tenants.get('acme')).toMatchObject({ id: 'acme' })
      stop()
      const { code, said } = await ended
      // What stands in for Next.js has no end of its own.
      if (name !== 'host-next') expect(code, said).toBe(0)
      // A host starts with tsx, and brings a schema up to date: seconds on a busy machine.
    },
    90_000,
  )
})

/** A route of Next.js at all paths below its folder; what stands in for its server asks the function of the method. */
const routedByNext = (file: string) => [
  '--input-type=module',
  '--eval',
  `import { serve } from '@hono/node-server'
   const route = await import(${JSON.stringify(pathToFileURL(file).href)})
   serve({ fetch: (request) => route[request.method](request), port: Number(process.env.PORT), hostname: '127.0.0.1' }, () => console.log('ready'))`,
]

/** A route of Next.js is a function of a Web-standard request; here its server stands in for that of Next.js. */
const servedByNext = (file: string) => [
  '--input-type=module',
  '--eval',
  `import { serve } from '@hono/node-server'
   const { POST } = await import(${JSON.stringify(pathToFileURL(file).href)})
   serve({ fetch: POST, port: Number(process.env.PORT), hostname: '127.0.0.1' }, () => console.log('ready'))`,
]

it.each(pages)('%s quotes its examples word for word', (page) => {
  const text = readFileSync(new URL(page, packageFolder), 'utf8')
  const quotes = [...text.matchAll(/\[examples\/([\w-]+)\.ts\]\([^)]+\):?\n\n```ts\n(.*?)```/gs)]
  expect(quotes.length).toBeGreaterThan(1)
  for (const [, name, quoted] of quotes) expect(quoted, name).toBe(readFileSync(path(name!), 'utf8'))
})
