import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiServer, serveApi } from '../../src/api/serve.ts'
import { ADMIN_KEY, createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let server: ApiServer
beforeAll(async () => {
  api = await createTestApi()
  server = await serveApi(api.api, { host: '127.0.0.1', port: 0 })
  await api.tenant('acme')
})
afterAll(async () => {
  await server.stop()
  await api.close()
})

const JSON_TYPE = { 'Content-Type': 'application/json' }
const EVENTS = '/v1/tenants/acme/events'

/** Over a socket, since the length of a body is a matter of the wire: known, or sent in chunks. */
async function post(
  path: string,
  body: string | Buffer,
  headers: Record<string, string>,
  how: 'length' | 'chunked',
) {
  const length = how === 'length' ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}
  const response = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(`${server.url}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_KEY}`, ...length, ...headers },
    })
    sent.on('response', (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode!, body }), reject)
    })
    sent.on('error', reject)
    if (how === 'chunked') sent.write(body.slice(0, 1))
    sent.end(how === 'chunked' ? body.slice(1) : body)
  })
  return { status: response.status, json: JSON.parse(response.body) }
}

const event = (bytes: number) => {
  const frame = JSON.stringify({ type: 'a', data: '' })
  return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`)
}
const deep = (depth: number) => `{"type":"a","data":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
const KIB = 1024

describe.each(['length', 'chunked'] as const)('a body sent with its length %s', (how) => {
  it('of 256 KiB is taken', async () => {
    expect(await post(EVENTS, event(256 * KIB), JSON_TYPE, how)).toMatchObject({ status: 202 })
  })

  it('of a byte more is too large', async () => {
    expect(await post(EVENTS, event(256 * KIB + 1), JSON_TYPE, how)).toMatchObject({
      status: 413,
      json: { code: 'payload_too_large' },
    })
  })

  it('of 4 MiB is taken as a batch, and no byte more', async () => {
    const batch = (bytes: number) => `{"events":[${' '.repeat(bytes - 13)}]}`
    expect(await post('/v1/events', batch(4096 * KIB), JSON_TYPE, how)).toMatchObject({ status: 202 })
    expect(await post('/v1/events', batch(4096 * KIB + 1), JSON_TYPE, how)).toMatchObject({ status: 413 })
  })

  it('must say that it is JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      const headers = type === '' ? {} : { 'Content-Type': type }
      const answer = await post(EVENTS, event(100), headers, how)
      expect([answer.status, answer.json.code], type).toEqual([415, 'unsupported_media_type'])
    }
    const withCharset = { 'Content-Type': 'Application/JSON; charset=utf-8' }
    expect(await post(EVENTS, event(100), withCharset, how)).toMatchObject({ status: 202 })
  })

  it('must be UTF-8, well-formed, and an object', async () => {
    const bodies = [
      Buffer.from('{"type":"a","data":"\xff"}', 'latin1'),
      '{"type":',
      "{'type':1}",
      '{"a":1}}',
      '[]',
      '"text"',
      'null',
      ' ',
      '\ufeff{}',
    ]
    for (const body of bodies) {
      const answer = await post(EVENTS, body, JSON_TYPE, how)
      expect([answer.status, answer.json.code], String(body)).toEqual([400, 'malformed_json'])
    }
  })

  it('may nest to a depth of 100, and no deeper, in no time', async () => {
    expect(await post(EVENTS, deep(100), JSON_TYPE, how)).toMatchObject({ status: 202 })
    for (const depth of [101, 100_000]) {
      expect(await post(EVENTS, deep(depth), JSON_TYPE, how)).toMatchObject({
        status: 400,
        json: { code: 'json_too_deep' },
      })
    }
  })

  it('with __proto__ is refused, and changes nothing', async () => {
    const body = '{"type":"a","data":1,"__proto__":{"polluted":true}}'
    expect(await post(EVENTS, body, JSON_TYPE, how)).toMatchObject({
      status: 422,
      json: { errors: [{ path: '__proto__', message: 'must not be a key' }] },
    })
    expect('polluted' in {}).toBe(false)
  })
})

describe('no body', () => {
  it('is read as an empty object, with or without a media type', async () => {
    for (const headers of [{}, JSON_TYPE]) {
      expect(await post(EVENTS, '', headers, 'length')).toMatchObject({
        status: 422,
        json: {
          errors: [
            { path: 'type', message: 'required' },
            { path: 'data', message: 'required' },
          ],
        },
      })
    }
  })
})

describe('a body that breaks off', () => {
  it('is the fault of its connection, not an outage of ours', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('{"type":'))
        controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
      },
    })
    const headers = { Authorization: `Bearer ${ADMIN_KEY}`, ...JSON_TYPE }
    const answer = await api.api.request(EVENTS, {
      method: 'POST',
      body,
      headers,
      duplex: 'half',
    } as RequestInit)
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'body_incomplete' }])
  })
})
