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
import { freePort } from '../setup/free-port.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

const folder = new URL('docs/examples/', packageFolder)
const pages = ['docs/client.md', 'docs/receivers.md']

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
    env: { ...process.env, RINGBACK_URL: ringback.url, RINGBACK_KEY: ringback.key, ...variables },
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
  return { ended, says }
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
  expect(names.sort()).toEqual([...Object.keys(ENDING), ...Object.keys(RECEIVING)].sort())
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
  expect(quotes.length).toBeGreaterThan(2)
  for (const [, name, quoted] of quotes) expect(quoted, name).toBe(readFileSync(path(name!), 'utf8'))
})
