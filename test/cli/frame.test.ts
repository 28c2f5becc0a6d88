import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../src/package.ts'
import { freePort } from '../setup/free-port.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { hasTerminal, ringback, startCommand } from './command.ts'

let server: TestRingback
let variables: Record<string, string>
beforeAll(async () => {
  server = await startRingback()
  variables = { RINGBACK_URL: server.url, RINGBACK_API_KEY: server.key }
  await server.api('PUT', '/v1/tenants/acme', {})
})
afterAll(() => server.stop())

const ESCAPE = '\u001B['

describe('the command line', () => {
  it('without a command shows the help, and starts no server', async () => {
    const { code, stdout, stderr } = await ringback([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await expect(stdout).toMatchFileSnapshot('help.txt')
    expect((await ringback(['--help'])).stdout).toBe(stdout)
  })

  it('says its version, and nothing else', async () => {
    expect(await ringback(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('shows examples with the help of a command', async () => {
    const { code, stdout } = await ringback(['emit', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`ringback emit acme invoice.paid --data '{"amount": 1200}'`)
  })

  it('guesses what a misspelt command was to be', async () => {
    const { code, stdout, stderr } = await ringback(['recovr'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Did you mean recover?')
  })
})

describe('an exit code', () => {
  it('is 2 for a line that cannot be read, or leaves out what is needed', async () => {
    for (const line of [
      ['emit', 'acme'],
      ['emit', 'acme', 'a.b', '--data', '{'],
      ['emit', 'acme', 'a.b', '--data', '@no-such-file'],
      ['deliveries', 'list', '--nonsense'],
      ['deliveries', 'list', '--limit', 'few'],
      ['events', 'list', '--after', 'yesterday'],
      ['keys'],
      ['tenants', 'list', '--url', 'nowhere'],
      ['deliveries', 'get', 'dlv_x'],
      ['completion', 'tcsh'],
    ]) {
      const { code, stdout, stderr } = await ringback(line, { variables })
      expect({ line, code, stdout }).toEqual({ line, code: 2, stdout: '' })
      expect(stderr).not.toBe('')
    }
  })

  it('is 2 without a key, and says how to give one', async () => {
    const { code, stderr } = await ringback(['tenants', 'list'], { variables: { RINGBACK_URL: server.url } })
    expect(code).toBe(2)
    expect(stderr).toContain('RINGBACK_API_KEY')
  })

  it('is 3 for what the API refuses or does not have', async () => {
    expect((await ringback(['tenants', 'get', 'nobody'], { variables })).code).toBe(3)
    expect((await ringback(['tenants', 'list', '--key', 'wrong'], { variables })).code).toBe(3)
    const { code, stderr } = await ringback(['tenants', 'put', 'bad name'], { variables })
    expect(code).toBe(3)
    expect(stderr).toContain('error:')
  })

  it('is 4 when nobody answers', async () => {
    const nobody = { ...variables, RINGBACK_URL: `http://127.0.0.1:${await freePort()}` }
    expect((await ringback(['tenants', 'list'], { variables: nobody })).code).toBe(4)
  })

  it('is 130 for Ctrl-C, and 143 for SIGTERM', async () => {
    for (const [signal, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const tail = startCommand(['tail'], { variables })
      await tail.waitFor('Watching')
      tail.kill(signal)
      expect((await tail.ended).code).toBe(expected)
    }
  })
})

describe('what is written', () => {
  it('with --json is JSON, errors on a line of stderr', async () => {
    const { stdout, stderr, code } = await ringback(['tenants', 'get', 'nobody', '--json'], { variables })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'not_found', status: 404 } })
  })

  it.each([
    [['recovr'], 'Did you mean recover?'],
    [['emit'], "missing required argument 'tenant'"],
    [['deliveries', 'list', '--nonsense'], "unknown option '--nonsense'"],
    [['deliveries', 'list', '--limit', 'few'], '--limit'],
    [['keys'], "unknown option '--json'"],
  ])('with --json is JSON for a line that cannot be read too: %s', async (line, words) => {
    const { stdout, stderr, code } = await ringback([...line, '--json'], { variables })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } }
    expect(error.code).toBe('usage')
    expect(error.message).toContain(words)
  })

  it('with --json and --help is the help', async () => {
    const { stdout, stderr, code } = await ringback(['keys', '--json', '--help'], { variables })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Usage: ringback keys')
  })

  it('is data on stdout and talk on stderr', async () => {
    const { stdout, stderr } = await ringback(['deliveries', 'list', '--tenant', 'acme'], { variables })
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'There are none.\n' })
    const { stdout: json } = await ringback(['deliveries', 'list', '--tenant', 'acme', '--json'], {
      variables,
    })
    expect(JSON.parse(json)).toEqual([])
  })

  it('has no colours in a pipe', async () => {
    expect((await ringback(['tenants', 'list'], { variables })).stdout).not.toContain(ESCAPE)
  })

  it.skipIf(!hasTerminal)('has colours in a terminal, and none with NO_COLOR', async () => {
    const shown = await ringback(['tenants', 'list'], { variables, terminal: true })
    expect(shown.stdout).toContain(ESCAPE)
    const plain = await ringback(['tenants', 'list'], {
      variables: { ...variables, NO_COLOR: '1' },
      terminal: true,
    })
    expect(plain.stdout).toContain('acme')
    expect(plain.stdout).not.toContain(ESCAPE)
  })

  it('cannot steer the terminal, whatever somebody was named', async () => {
    await server.api('PUT', '/v1/tenants/evil', { name: 'a\u001B[2Jb\u009B2Jc' })
    for (const json of [[], ['--json']]) {
      const { stdout } = await ringback(['tenants', 'get', 'evil', ...json], { variables })
      expect(stdout).toContain('[2J')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(stdout).not.toMatch(/[\u001B\u009B]/)
    }
  })
})

describe('what destroys', () => {
  it('needs --yes where nobody can be asked', async () => {
    await server.api('PUT', '/v1/tenants/doomed', {})
    const refused = await ringback(['tenants', 'delete', 'doomed'], { variables })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--yes')
    expect((await ringback(['tenants', 'get', 'doomed'], { variables })).code).toBe(0)
    expect((await ringback(['tenants', 'delete', 'doomed', '--yes'], { variables })).code).toBe(0)
    expect((await ringback(['tenants', 'get', 'doomed'], { variables })).code).toBe(3)
  })

  it.skipIf(!hasTerminal)('asks in a terminal, and does nothing unless it is told yes', async () => {
    await server.api('PUT', '/v1/tenants/asked', {})
    const no = startCommand(['tenants', 'delete', 'asked'], { variables, terminal: true })
    await no.waitFor('Do you want to delete')
    no.type('n\n')
    expect((await no.ended).code).toBe(1)
    const yes = startCommand(['tenants', 'delete', 'asked'], { variables, terminal: true })
    await yes.waitFor('Do you want to delete')
    yes.type('y\n')
    expect((await yes.ended).code).toBe(0)
  })

  it.skipIf(!hasTerminal)('does nothing at Ctrl-C', async () => {
    const asked = startCommand(['tenants', 'delete', 'acme'], { variables, terminal: true })
    await asked.waitFor('Do you want to delete')
    asked.type('\u0003')
    expect((await asked.ended).code).toBe(130)
    expect((await ringback(['tenants', 'get', 'acme'], { variables })).code).toBe(0)
  })
})

it('finds the key of the Ringback in whose directory it runs, and sends it nowhere else', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ringback-cli-'))
  const dev = startCommand(['dev', '--port', '0', '--json'], { cwd })
  try {
    await dev.waitFor('"key"', 60_000)
    const { url } = JSON.parse(dev.stdout()) as { url: string }
    expect((await ringback(['tenants', 'get', 'acme', '--url', url], { cwd })).code).toBe(0)
    const elsewhere = url.replace('127.0.0.1', 'callbacks.example')
    expect((await ringback(['tenants', 'get', 'acme', '--url', elsewhere], { cwd })).code).toBe(2)
  } finally {
    dev.kill('SIGTERM')
    expect((await dev.ended).code).toBe(0)
    await rm(cwd, { recursive: true, force: true })
  }
})
