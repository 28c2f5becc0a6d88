import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { packageFolder } from '../../src/package.ts'
import { createTestDatabase } from '../setup/database.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { installPacked, NODE, type Project } from './packed.ts'

const run = promisify(execFile)

let project: Project
beforeAll(async () => {
  project = await installPacked()
}, 120_000)
afterAll(() => project.remove())

const installed = () => join(project.folder, 'node_modules', 'ringback')

describe('the package as it is packed', () => {
  it('gives publint nothing to say', async () => {
    const bytes = await readFile(project.tarball)
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
    const { messages } = await publint({ pack: { tarball }, level: 'suggestion' })
    expect(messages).toEqual([])
  })

  it('gives attw nothing to say: every entry has its types', async () => {
    const attw = fileURLToPath(new URL('node_modules/@arethetypeswrong/cli/dist/index.js', packageFolder))
    const options = ['--profile', 'esm-only', '--format', 'json', project.tarball]
    const { stdout } = await run(process.execPath, [attw, ...options], { maxBuffer: 64 * 1024 * 1024 })
    const { analysis } = JSON.parse(stdout) as {
      analysis: { entrypoints: object; problems: { kind: string; resolutionKind?: string }[] }
    }
    expect(Object.keys(analysis.entrypoints).sort()).toEqual([
      '.',
      './client',
      './outbox',
      './outbox/drizzle',
      './package.json',
      './testing',
      './verify',
    ])
    // What is for ES modules alone cannot be required, nor found by Node 10.
    const problems = analysis.problems.filter(
      ({ resolutionKind }) => resolutionKind !== 'node10' && resolutionKind !== 'node16-cjs',
    )
    expect(problems).toEqual([])
  }, 60_000)

  it('holds nothing that was not built to be shipped', async () => {
    const { stdout } = await run('tar', ['-tzf', project.tarball])
    const files = stdout.trim().split('\n')
    expect(files).toContain('package/dist/src/client/index.d.ts')
    expect(files).toContain('package/src/outbox/outbox.sql')
    expect(files.filter((file) => /tsbuildinfo|\.tsx?$|\/test\//.test(file.replace('.d.ts', '')))).toEqual([])
  })

  it('holds the dashboard as it was built: its page, its files and their packed forms, and nothing else of it', async () => {
    const { stdout } = await run('tar', ['-tzf', project.tarball])
    const files = stdout
      .trim()
      .split('\n')
      .filter((file) => file.startsWith('package/dist/dashboard/'))
      .map((file) => file.slice('package/dist/dashboard/'.length))
    expect(files).toContain('index.html')
    expect(
      files.filter((file) => !/^(index\.html|assets\/[\w.-]+\.(js|css|svg)(\.br|\.gz)?)$/.test(file)),
    ).toEqual([])
    const served = files.filter((file) => /\.(js|css)$/.test(file))
    expect(served.length).toBeGreaterThan(10)
    for (const file of served) expect(files).toEqual(expect.arrayContaining([`${file}.br`, `${file}.gz`]))
  })
})

describe('importing', () => {
  /** Every file that a module of the package brings along, named from its `dist`, or by its package. */
  async function loadedBy(entry: string): Promise<string[]> {
    const hooks = `export async function load(url, context, next) {
      const loaded = await next(url, context)
      if (url.startsWith('file:') && !url.endsWith('/main.js')) process._rawDebug('LOADED ' + url)
      return loaded
    }`
    const { stderr } = await runMain(`
      import { register } from 'node:module'
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)})
      await import(${JSON.stringify(entry)})
    `)
    return [...stderr.matchAll(/^LOADED .*?(?:ringback\/dist\/|node_modules\/(?!ringback\/))(.*)$/gm)].map(
      ([, file]) => file!,
    )
  }

  async function runMain(source: string) {
    const file = await project.write('main.js', source)
    return run(NODE, [file], { cwd: project.folder })
  }

  it('ringback/client loads its own files and nothing else', async () => {
    const files = await loadedBy('ringback/client')
    expect(files).toContain('src/client/index.js')
    expect(files.filter((file) => !file.startsWith('src/client/'))).toEqual([])
  })

  it('ringback/verify loads its own files and the library that it stands on', async () => {
    const files = await loadedBy('ringback/verify')
    expect(files).toContain('src/verify/index.js')
    const others = files.filter((file) => !file.startsWith('src/verify/'))
    expect(
      others.filter((file) => !/^(standardwebhooks|@stablelib\/base64|fast-sha256)\//.test(file)),
    ).toEqual([])
  })

  it('ringback/outbox loads its own files and nothing else', async () => {
    const files = await loadedBy('ringback/outbox')
    expect(files).toContain('src/outbox/index.js')
    expect(files.filter((file) => !file.startsWith('src/outbox/'))).toEqual([])
  })

  it('ringback starts nothing: the process ends by itself, and has said nothing', async () => {
    expect(await project.node(`await import('ringback')`)).toBe('')
  })

  it('ringback/testing loads no module of the server', async () => {
    const files = await loadedBy('ringback/testing')
    const ours = files.filter((file) => file.startsWith('src/') || file.startsWith('workers/'))
    expect(ours.filter((file) => !/^src\/(client|verify|testing)\//.test(file))).toEqual([])
  })
})

describe('in an empty project', () => {
  let ringback: TestRingback
  beforeAll(async () => {
    ringback = await startRingback()
  })
  afterAll(() => ringback.stop())

  it('client, receiver and test kit do their work', async () => {
    const said = await project.node(`
      import { createServer } from 'node:http'
      import { once } from 'node:events'
      import { Ringback, RingbackError } from 'ringback/client'
      import { receiveNode, rememberInMemory } from 'ringback/verify'
      import { fakeRingback, newSecret, signedCallback, startReceiver } from 'ringback/testing'

      const client = new Ringback({ baseUrl: ${JSON.stringify(ringback.url)}, apiKey: ${JSON.stringify(ringback.key)} })
      await client.tenants.put('packed', { name: 'Packed' })

      const secret = newSecret()
      const server = createServer(
        receiveNode(secret, ({ type, data }) => { console.log('took', type, JSON.stringify(data)); server.emit('took') }, {
          seenIds: rememberInMemory(),
        }),
      ).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = 'http://127.0.0.1:' + server.address().port + '/'
      const took = once(server, 'took')
      await client.endpoints.create('packed', { url, secret })
      await client.events.emit('packed', 'invoice.paid', { amount: 1200 })
      await took
      const bad = await fetch(url, { method: 'POST', ...signedCallback({ type: 'a', data: 1, secret: newSecret() }) })
      console.log('refused', bad.status, (await bad.json()).reason)
      server.close()
      server.closeAllConnections()

      const error = await client.tenants.get('nobody').catch((thrown) => thrown)
      console.log('error', error instanceof RingbackError, error.code)
      const emitter = client.emitter()
      console.log('batch', (await Promise.all([1, 2, 3].map((n) => emitter.emit('packed', 'n', n)))).length)
      const types = []
      for await (const { type } of client.events.list('packed', { limit: 2 })) types.push(type)
      console.log('listed', types.sort().join())

      const fake = fakeRingback()
      await fake.client.events.emit('acme', 'a', { n: 1 })
      console.log('fake', fake.expectEmitted('a', { n: 1 }).tenant)
      const receiver = await startReceiver()
      await fetch(receiver.url, { method: 'POST', body: '{}' })
      console.log('receiver', (await receiver.waitForCount(1)).length)
      await receiver.close()
    `)
    expect(said.trim().split('\n')).toEqual([
      'took invoice.paid {"amount":1200}',
      'refused 401 no_matching_signature',
      'error true not_found',
      'batch 3',
      'listed invoice.paid,n,n,n',
      'fake acme',
      'receiver 1',
    ])
  })

  it('all of Ringback works in a process of the host', async () => {
    const database = await createTestDatabase()
    onTestFinished(() => database.drop())
    const said = await project.node(`
      import pg from 'pg'
      import { createRingback } from 'ringback'
      import { Ringback } from 'ringback/client'
      import { emit, fromPg } from 'ringback/outbox'
      import { newSecret, startReceiver } from 'ringback/testing'

      const pool = new pg.Pool({ connectionString: ${JSON.stringify(database.url)}, max: 20 })
      const adminKey = 'a key that is long enough for a test'
      const masterKey = Buffer.alloc(32, 7).toString('base64')
      const settings = { egressAllow: ['127.0.0.0/8'], requireHttps: false }
      const ringback = await createRingback({ pool, adminKey, masterKey, ...settings })
      const ask = (input, init) => ringback.fetch(new Request(input, init))
      const client = new Ringback({ baseUrl: 'http://inside', apiKey: adminKey, fetch: ask })
      const receiver = await startReceiver()
      await client.tenants.put('inside')
      await client.endpoints.create('inside', { url: receiver.url, secret: newSecret() })
      await ringback.emit('inside', 'from.process', 1)
      const host = await pool.connect()
      await host.query('begin')
      await emit(fromPg(host), { tenant: 'inside', type: 'from.transaction', data: 2 })
      await host.query('commit')
      host.release()
      const requests = await receiver.waitForCount(2)
      console.log(requests.map(({ body }) => JSON.parse(body).type).sort().join())
      await ringback.close()
      await receiver.close()
      await pool.end()
    `)
    expect(said).toBe('from.process,from.transaction\n')
  }, 60_000)

  it('the command works through the link that npm makes', async () => {
    const { bin } = JSON.parse(await readFile(join(installed(), 'package.json'), 'utf8')) as {
      bin: { ringback: string }
    }
    const link = join(project.folder, 'node_modules', '.bin', 'ringback')
    await mkdir(join(link, '..'), { recursive: true })
    await chmod(join(installed(), bin.ringback), 0o755)
    await symlink(join(installed(), bin.ringback), link)
    // The link's first line takes the first `node` of the path.
    const PATH = `${dirname(NODE)}:${process.env.PATH}`
    const env = { ...process.env, PATH, RINGBACK_URL: ringback.url, RINGBACK_API_KEY: ringback.key }
    const command = async (...args: string[]) => (await run(link, args, { cwd: project.folder, env })).stdout

    expect(await command()).toContain('Usage: ringback <command>')
    expect(JSON.parse(await command('tenants', 'put', 'by-command', '--json'))).toMatchObject({
      id: 'by-command',
    })
    expect(await command('emit', 'by-command', 'a.b', '--data', '{"n": 1}')).toMatch(/^evt_/)
    expect(JSON.parse(await command('openapi'))).toMatchObject({ openapi: '3.1.0' })
  })

  it('its types are there, and refuse what is wrong', async () => {
    const right = await project.write(
      'right.ts',
      `import { Ringback, type Delivery } from 'ringback/client'
      import { receive } from 'ringback/verify'
      import { fakeRingback } from 'ringback/testing'
      type Catalogue = { 'invoice.paid': { amount: number } }
      const client = new Ringback<Catalogue>({ baseUrl: 'http://x.test', apiKey: 'x' })
      await client.events.emit('acme', 'invoice.paid', { amount: 1 })
      export const all: AsyncIterable<Delivery> = client.deliveries.list('acme', { status: 'failed' })
      export const POST = receive<Catalogue>('whsec_', ({ data }) => data.amount.toFixed(2))
      export const double: Ringback<Catalogue> = fakeRingback<Catalogue>().client
      `,
    )
    const wrong = await project.write(
      'wrong.ts',
      `import { Ringback } from 'ringback/client'
      const client = new Ringback<{ 'invoice.paid': { amount: number } }>({ baseUrl: 'http://x.test' })
      await client.events.emit('acme', 'invoice.payed', { amount: 1 })
      await client.events.emit('acme', 'invoice.paid', { amount: '1' })
      await client.events.emit('acme', 'invoice.paid', {})
      await client.deliveries.list('acme', { status: 'fialed' }).page()
      `,
    )
    const program = ts.createProgram([right, wrong], {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
      strict: true,
      noEmit: true,
      types: [],
    })
    const errors = ts.getPreEmitDiagnostics(program).map(({ file, start }) => ({
      file: file?.fileName ?? '',
      line: file ? file.getLineAndCharacterOfPosition(start!).line + 1 : 0,
    }))
    const ofOurs = errors.filter(({ file }) => file.startsWith(project.folder) && !file.includes('/@types/'))
    expect(ofOurs).toEqual([3, 4, 5, 6].map((line) => ({ file: wrong, line })))
  }, 60_000)
})
