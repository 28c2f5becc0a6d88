import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urlOfRunning } from '../../src/db/embedded/running.ts'
import { freePort } from '../setup/free-port.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { startReceiver } from '../setup/receiver.ts'
import { until } from '../setup/until.ts'
import { hasTerminal, type Running, startCommand } from './command.ts'

const READY_WITHIN = 60_000

let folder: string
let port: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-cli-'))
  port = `${await freePort()}`
})
afterAll(async () => {
  await removeDataDir(join(folder, '.ringback'))
  await rm(folder, { recursive: true, force: true })
})

interface Greeting {
  url: string
  key: string
  tenant: string
  page: { url: string }
  secret?: string
}

async function stop(dev: Running) {
  dev.kill('SIGTERM')
  return (await dev.ended).code
}

describe('dev', () => {
  it('is the same at every start: its URL, its key, the receiver that is registered and its secret', async () => {
    const receiver = await startReceiver()
    const greetings: Greeting[] = []
    for (let start = 0; start < 2; start++) {
      const dev = startCommand(['dev', '--port', port, '--forward', receiver.url, '--json'], { cwd: folder })
      await dev.waitFor('"key"', READY_WITHIN)
      greetings.push(JSON.parse(dev.stdout()) as Greeting)
      expect(await stop(dev)).toBe(0)
    }
    expect(greetings[1]).toEqual(greetings[0])
    expect(greetings[0]).toMatchObject({ url: `http://127.0.0.1:${port}`, tenant: 'acme' })
    expect(greetings[0]!.secret).toMatch(/^whsec_/)
    await receiver.close()
  }, 120_000)

  it('prints a curl that works as it stands, and tells of the delivery to a receiver on this machine', async () => {
    const receiver = await startReceiver()
    const line = ['dev', '--port', port, '--forward', receiver.url]
    const dev = startCommand(line, { cwd: folder })
    await dev.waitFor('curl', READY_WITHIN)
    await dev.waitFor(/-d '.*'\n/)
    const text = dev.stdout()
    const [, url] = /curl (\S+)/.exec(text)!
    const [, authorization] = /'Authorization: ([^']+)'/.exec(text)!
    const [, body] = /-d '(.*)'/.exec(text)!
    const answer = await fetch(url!, {
      method: 'POST',
      headers: { authorization: authorization!, 'content-type': 'application/json' },
      body: body!,
    })
    expect(answer.status).toBe(202)
    const [request] = await receiver.waitFor(1)
    receiver.verify(/whsec_\S+/.exec(text)![0], request)
    await dev.waitFor(/delivered +acme invoice\.paid/)
    expect(await stop(dev)).toBe(0)
    await receiver.close()
  }, 120_000)

  it('stops in good order when one Ctrl-C comes twice, from the terminal and from npm', async () => {
    const dev = startCommand(['dev', '--port', port], { cwd: folder })
    await dev.waitFor('curl', READY_WITHIN)
    dev.kill('SIGINT')
    dev.kill('SIGINT')
    expect((await dev.ended).code).toBe(0)
    expect(await urlOfRunning(await realpath(join(folder, '.ringback')))).toBeUndefined()
  }, 120_000)

  it('leaves the database and the queue of the environment alone', async () => {
    const variables = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x', REDIS_URL: 'redis://127.0.0.1:1' }
    const dev = startCommand(['dev', '--port', port], { cwd: folder, variables })
    await dev.waitFor('curl', READY_WITHIN)
    expect(dev.stderr()).toContain('Left alone: DATABASE_URL, REDIS_URL')
    expect(await stop(dev)).toBe(0)
  }, 120_000)

  it('refuses to start where another has the directory, and ends with 1', async () => {
    const first = startCommand(['dev', '--port', port], { cwd: folder })
    await first.waitFor('curl', READY_WITHIN)
    const second = startCommand(['dev', '--port', '0'], { cwd: folder })
    const { code, stderr } = await second.ended
    expect(code).toBe(1)
    expect(stderr).toContain('has the data directory')
    expect(await stop(first)).toBe(0)
  }, 120_000)

  it.skipIf(!hasTerminal)(
    'does what its keys say: test, resend, log, open, quit',
    async () => {
      const receiver = await startReceiver()
      const opened = join(folder, 'opened')
      await mkdir(join(folder, 'bin'))
      for (const opener of ['xdg-open', 'open'])
        await writeFile(join(folder, 'bin', opener), `#!/bin/sh\necho "$1" >> '${opened}'\n`, { mode: 0o755 })
      const variables = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
      const options = { cwd: folder, terminal: true, variables }
      const dev = startCommand(
        ['dev', '--port', port, '--forward', receiver.url, '--tenant', 'keyed'],
        options,
      )
      await dev.waitFor('[t] send a test event', READY_WITHIN)
      dev.type('t')
      const [test] = await receiver.waitFor(1)
      expect(JSON.parse(test!.body.toString())).toMatchObject({ type: 'ringback.test' })
      // Until its result is stored it cannot be sent again.
      await dev.waitFor('delivered')
      dev.type('r')
      const [, again] = await receiver.waitFor(2)
      expect(again!.id).toBe(test!.id)
      dev.type('l')
      await dev.waitFor('The log is shown.')
      dev.type('l')
      await dev.waitFor('The log is hidden.')
      dev.type('o')
      await until(
        () => readFile(opened, 'utf8').catch(() => ''),
        (text) => text.startsWith(`http://127.0.0.1:${port}/`),
        'a page to be opened',
      )
      dev.type('q')
      expect((await dev.ended).code).toBe(0)
      await receiver.close()
    },
    120_000,
  )
})

describe('start', () => {
  it('is the server, set up by the environment alone, and ends with 0 when it is told to stop', async () => {
    const variables = {
      PORT: port,
      RINGBACK_URL: 'http://elsewhere',
      RINGBACK_API_KEY: 'x',
      RINGBACK_TENANT: 'acme',
    }
    const server = startCommand(['start'], { cwd: folder, variables })
    await server.waitFor('Ringback is ready.', READY_WITHIN)
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    expect(await stop(server)).toBe(0)
  }, 120_000)

  it('says why it does not start, and ends with 1', async () => {
    const { code, stderr } = await startCommand(['start'], { cwd: folder, variables: { PORT: 'x' } }).ended
    expect(code).toBe(1)
    expect(stderr).toContain('PORT')
  })
})
