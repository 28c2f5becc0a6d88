/** What happens before a request is one, and when the server stops: seen from a bare socket. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAccess } from '../../src/access/keys.ts'
import { createApi } from '../../src/api/app.ts'
import { type ApiServer, serveApi } from '../../src/api/serve.ts'
import { HOUR } from '../../src/duration.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let real: TestApi
let server: ApiServer
const sockets: Socket[] = []
beforeAll(async () => {
  real = await createTestApi()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.stop()
})
afterAll(() => real.close())

async function serve(graceMs: number, changes: Partial<TestApi['needs']> = {}): Promise<void> {
  server = await serveApi(createApi({ ...real.needs, ...changes }), { host: '127.0.0.1', port: 0, graceMs })
}

/** For servers that are to end without it: none that a test would wait for. */
const NO_CUT = HOUR

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  // A reset is an end too.
  socket.on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

/** Says something, and hears all that is answered until the server closes the connection. */
async function say(message: string) {
  const socket = await open()
  socket.write(message)
  const answer = await text(socket)
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, json: JSON.parse(body) }
}

const ended = (socket: Socket) => (socket.closed ? undefined : once(socket.resume(), 'close'))

describe('what is no request', () => {
  it.each([
    ['headers too large', `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'a Content-Length that is none',
      'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
      400,
    ],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a broken chunk', 'POST /v1/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n', 400],
    ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    ['a Host that is none', 'GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
  ])('is a problem, and the end of its connection: %s', async (_what, message, status) => {
    await serve(NO_CUT)
    const answer = await say(message)
    expect(answer.status).toBe(status)
    expect(answer.head).toMatch(/^content-type: application\/problem\+json\r?$/im)
    expect(answer.head).toMatch(/^cache-control: no-store\r?$/im)
    expect(answer.json).toMatchObject({
      type: 'about:blank',
      status,
      code: status === 431 ? 'headers_too_large' : 'malformed_request',
      detail: expect.stringMatching(/\.$/),
    })
  })

  it('is not one of HTTP/1.0 without a Host, which needs none', async () => {
    await serve(NO_CUT)
    expect(await say('GET /livez HTTP/1.0\r\n\r\n')).toMatchObject({ status: 200, json: { status: 'ok' } })
  })
})

describe('a server that stops', () => {
  it.each([
    ['said nothing', ''],
    ['said half a request', 'POST /v1/events HTTP/1.1\r\nHost: a\r\n'],
    ['said a request without its body', 'POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n'],
  ])('waits for no client that %s', async (_what, message) => {
    await serve(50)
    const socket = await open()
    const closed = ended(socket)
    socket.write(message)
    // Heard by the server, whose turn comes before an answer to another.
    await fetch(`${server.url}/livez`)
    await server.stop()
    await closed
  })

  it('lets go at once of a connection that is kept alive', async () => {
    await serve(NO_CUT)
    const socket = await open()
    socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'data')
    const closed = ended(socket)
    await server.stop()
    await closed
  })

  it('answers what was asked, and what is still asked on the same connection, as its last', async () => {
    let asked = () => {}
    let goOn = () => {}
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let stopping = false
    const readiness = async () => {
      asked()
      await mayGoOn
      return {}
    }
    await serve(NO_CUT, { readiness, isStopping: () => stopping })
    const socket = await open()
    const heard = text(socket)
    const probe = 'GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n'
    socket.write(probe)
    await isAsked
    stopping = true
    const stopped = server.stop()
    socket.write(probe)
    await turn()
    goOn()
    const answers = (await heard).split('HTTP/1.1 ').slice(1)
    expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['503', '503'])
    expect(answers[1]).toMatch(/^connection: close\r?$/im)
    await stopped
  })
})

it("the operator's key may hold any letters: it is taken by its bytes", async () => {
  const adminKey = 'Schlüssel 鍵 '.repeat(4).trim()
  await serve(NO_CUT, { access: createAccess({ ...real.needs, adminKey, portalTokens: real.portalTokens }) })
  const asking = (key: string) =>
    say(`GET /v1/tenants HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`)
  expect(await asking(adminKey)).toMatchObject({ status: 200 })
  expect(await asking(adminKey.replace('ü', 'u'))).toMatchObject({ status: 401 })
})
