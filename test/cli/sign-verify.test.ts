import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '../../src/signing/secret.ts'
import { ringback, ringbackJson } from './command.ts'

const secret = newSecret()
const body = '{"type": "invoice.paid", "timestamp": "2026-08-01T12:00:00.000Z", "data": {"amount": 1200}}'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return `@${join(folder, name)}`
}

const sign = (...args: string[]) =>
  ringbackJson<Record<string, string>>(['sign', '--secret', secret, '--body', body, ...args])

interface Verified {
  verified: boolean
  parts: { part: string; ok: boolean; says: string; reason?: string }[]
}

/** What `verify` says of each part that is wrong. */
async function wrongParts(headers: Record<string, string>, text: string, key = secret) {
  const args = [
    '--headers',
    await file('headers.json', JSON.stringify(headers)),
    '--body',
    await file('body', text),
  ]
  const { code, stdout } = await ringback(['verify', '--secret', key, ...args, '--json'])
  const { verified, parts } = JSON.parse(stdout) as Verified
  expect(code).toBe(verified ? 0 : 1)
  return parts.filter(({ ok }) => !ok)
}

describe('sign', () => {
  it('makes headers that the official library verifies', async () => {
    const headers = await sign()
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'invoice.paid' })
  })

  it('signs with each secret, and takes the body from stdin', async () => {
    const other = newSecret()
    const args = ['sign', '--secret', secret, '--secret', other, '--id', 'evt_7', '--timestamp', '1785600000']
    const { stdout } = await ringback(args, { input: body })
    expect(stdout).toMatch(
      /^webhook-id: evt_7\nwebhook-timestamp: 1785600000\nwebhook-signature: v1,\S+ v1,\S+\n$/,
    )
  })

  it('refuses what is no secret, and does not repeat it', async () => {
    const { code, stderr } = await ringback(['sign', '--secret', 'hunter2', '--body', body])
    expect(code).toBe(2)
    expect(stderr).not.toContain('hunter2')
  })
})

describe('verify', () => {
  it('takes a true callback, its headers as lines or as JSON', async () => {
    const { stdout } = await ringback(['sign', '--body', body], { variables: { RINGBACK_SECRET: secret } })
    const lines = `POST /hook HTTP/1.1\nHost: example.com\n${stdout.replace(/webhook-id/, 'Webhook-Id')}`
    const args = ['--headers', await file('headers.txt', lines), '--body', '-']
    const verified = await ringback(['verify', '--secret', secret, ...args], { input: body })
    expect(verified.code).toBe(0)
    expect(verified.stdout).toContain('It tells of invoice.paid')
    expect(await wrongParts(await sign(), body)).toEqual([])
  })

  it('names the part that is wrong: a header, the time, the signature, the body', async () => {
    const { 'webhook-id': _, ...rest } = await sign()
    expect(await wrongParts(rest, body)).toMatchObject([{ part: 'headers', reason: 'missing_header' }])
    expect(await wrongParts(await sign('--timestamp', '1600000000'), body)).toMatchObject([
      { part: 'time', reason: 'timestamp_too_old' },
    ])
    expect(await wrongParts({ ...(await sign()), 'webhook-timestamp': 'noon' }, body)).toMatchObject([
      { part: 'time', reason: 'malformed_header' },
      { part: 'signature' },
    ])
    expect(await wrongParts(await sign(), body, newSecret())).toMatchObject([
      { part: 'signature', reason: 'no_matching_signature' },
    ])
    const text = await ringbackJson<Record<string, string>>(['sign', '--secret', secret, '--body', 'hello'])
    expect(await wrongParts(text, 'hello')).toMatchObject([{ part: 'body', reason: 'body_not_json' }])
  })

  it('tells what has been done to a body: a line break added, JSON written anew', async () => {
    const [lineBreak] = await wrongParts(await sign(), `${body}\n`)
    expect(lineBreak!.says).toContain('line break')
    const compact = JSON.stringify(JSON.parse(body))
    const headers = await ringbackJson<Record<string, string>>([
      'sign',
      '--secret',
      secret,
      '--body',
      compact,
    ])
    const [written] = await wrongParts(headers, body)
    expect(written!.says).toContain('written it anew')
  })
})
