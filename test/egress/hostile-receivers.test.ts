import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loopbackEgress, post } from './loopback.ts'
import { OK, receiver } from './receiver.ts'

const KIB = 1_024

/** 200 KB that would be 200 MB. */
const BOMB = gzipSync(Buffer.alloc(200 << 20))

const zippedAnswer = (body: Buffer) =>
  Buffer.concat([Buffer.from(headOf(`content-encoding: gzip\r\ncontent-length: ${body.length}`)), body])

test('a body of 16 KiB is kept whole, one byte more is flagged, and up to 64 KiB the socket serves on', async () => {
  const sizes = [16 * KIB, 16 * KIB + 1, 60 * KIB]
  const hook = await receiver((socket, nth) => socket.write(answerOf(sizes[nth - 1]!)))
  const egress = loopbackEgress()
  for (const size of sizes) {
    const { response } = await post(egress, hook.url)
    expect(response?.body.length).toBe(16 * KIB)
    expect(response?.truncated).toBe(size > 16 * KIB)
  }
  expect(hook.connections).toHaveLength(1)
})

/** What a receiver says that would fill our memory. */
const BODIES: Record<string, (socket: Socket) => void> = {
  'a gigabyte': (socket) => flood(socket, `content-length: ${1 << 30}`, Buffer.alloc(64 * KIB)),
  'an endless chunked body': (socket) => flood(socket, 'transfer-encoding: chunked', chunk(64 * KIB)),
  'a gzip bomb of 200 MB': (socket) => socket.write(zippedAnswer(BOMB)),
}

test.each(Object.keys(BODIES))('%s is an answer: 16 KiB kept, the socket closed', async (body) => {
  const hook = await receiver(BODIES[body]!)
  const outcome = await post(loopbackEgress(), hook.url)
  expect(outcome.error).toBeNull()
  expect(outcome.response).toMatchObject({ status: 200, truncated: true })
  expect(outcome.response?.body.length).toBe(16 * KIB)
  await closed(hook.connections[0]!)
})

test('a compressed answer is kept as it came', async () => {
  const body = gzipSync('hello')
  const hook = await receiver((socket) => socket.write(zippedAnswer(body)))
  expect((await post(loopbackEgress(), hook.url)).response).toMatchObject({ body, truncated: false })
})

test('100 endless bodies at once leave no more behind than what is kept of each', async () => {
  const hook = await receiver((socket) => flood(socket, 'transfer-encoding: chunked', chunk(64 * KIB)))
  const egress = loopbackEgress()
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => post(egress, hook.url)))
  expect(outcomes.every(({ response }) => response?.status === 200 && response.truncated)).toBe(true)
  // Each body is a copy of its own, not a window on a larger read; newer Nodes cut copies of this size out of a shared pool.
  const held = new Set(outcomes.map(({ response }) => response?.body.buffer))
  expect([...held].reduce((sum, buffer) => sum + (buffer?.byteLength ?? 0), 0)).toBeLessThanOrEqual(
    100 * 16 * KIB + Buffer.poolSize,
  )
})

test.each(Object.keys(BODIES))(
  'of %s 100 at once, again and again, grow the memory of a warm process by 20 MiB at the most, its young space aside',
  { timeout: 120_000 },
  async (body) => {
    const hook = await receiver(BODIES[body]!)
    const grown: number[] = []
    // On a busy machine a garbage collector may come late; what is kept is kept in each process.
    while (grown.length < 6 && Math.min(...grown) > 20) grown.push(await growthFrom(hook.url))
    process.stdout.write(
      `${body}: resident memory grew by ${grown.map((mib) => mib.toFixed(1)).join(', ')} MiB\n`,
    )
    expect(Math.min(...grown)).toBeGreaterThanOrEqual(0)
    expect(Math.min(...grown)).toBeLessThanOrEqual(20)
  },
)

/** Newer collectors let their young space grow to several times its first size when much is thrown away; what is kept is asked. */
const YOUNG_SPACE = '--max-semi-space-size=16'

/** By how many MiB a process of its own grows. */
async function growthFrom(url: string): Promise<number> {
  const script = fileURLToPath(new URL('memory-process.ts', import.meta.url))
  const child = spawn(process.execPath, [YOUNG_SPACE, '--import', 'tsx', script, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return Number(await text(child.stdout)) / KIB / KIB
}

test('a body that drips past the deadline is an answer, flagged', async () => {
  const hook = await receiver((socket) => {
    socket.write(headOf('content-length: 1000'))
    const drip = setInterval(() => socket.write('x'), 10)
    socket.on('close', () => clearInterval(drip))
  })
  const outcome = await post(loopbackEgress(), hook.url, {}, 200)
  expect(outcome).toMatchObject({ error: null, response: { status: 200, truncated: true } })
  expect(outcome.response?.body.toString()).toMatch(/^x+$/)
  await closed(hook.connections[0]!)
})

test('headers that drip past the deadline are a response_timeout', async () => {
  const hook = await receiver((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nx: ')
    const drip = setInterval(() => socket.write('x'), 10)
    socket.on('close', () => clearInterval(drip))
  })
  expect(await post(loopbackEgress(), hook.url, {}, 200)).toMatchObject({ error: 'response_timeout' })
})

test('a reset in the body after a 200 is an answer, flagged; after a full 200 it is one without a flag', async () => {
  const inBody = await receiver((socket) =>
    socket.write(`${headOf('content-length: 10')}abc`, () => resetSoon(socket)),
  )
  const cut = await receiver((socket) => socket.end(`${headOf('content-length: 10')}abc`))
  for (const hook of [inBody, cut]) {
    const outcome = await post(loopbackEgress(), hook.url)
    expect(outcome).toMatchObject({ error: null, response: { status: 200, truncated: true } })
  }
  const after = await receiver((socket) => socket.write(OK, () => resetSoon(socket)))
  expect(await post(loopbackEgress(), after.url)).toMatchObject({
    error: null,
    response: { status: 200, truncated: false },
  })
})

for (const [name, bytes] of [
  ['a header block over 16 KB', `HTTP/1.1 200 OK\r\n${`x-${'y'.repeat(60)}: z\r\n`.repeat(600)}\r\n`],
  ['one header over 16 KB', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20 * KIB)}\r\n\r\n`],
  ['two content-lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'],
  [
    'content-length beside chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['HTTP/0.9', '<html>hello</html>'],
  ['NUL in a header', 'HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n'],
  ['NUL first', '\0\0\0\0'],
  ['a bare line feed', 'HTTP/1.1 200 OK\nx: y\n\n'],
  ['a folded header', 'HTTP/1.1 200 OK\r\nx: y\r\n z\r\ncontent-length: 0\r\n\r\n'],
  [
    'an unasked-for 101',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  ],
  ['a 101 without an upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['endless 1xx', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(5_000)],
] as const) {
  test(`${name} is a bad_response, at once`, async () => {
    const hook = await receiver((socket) => socket.write(bytes))
    expect(await post(loopbackEgress(), hook.url)).toMatchObject({ error: 'bad_response', response: null })
    await closed(hook.connections[0]!)
  })
}

test('a few informational answers before the real one are fine', async () => {
  const hook = await receiver((socket) =>
    socket.write(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3)}${OK}`),
  )
  expect((await post(loopbackEgress(), hook.url)).response?.status).toBe(200)
})

test('chunks that are not chunks are an answer with a broken body', async () => {
  const hook = await receiver((socket) =>
    socket.write(`${headOf('transfer-encoding: chunked')}zz\r\nnonsense`),
  )
  expect(await post(loopbackEgress(), hook.url)).toMatchObject({
    error: null,
    response: { status: 200, truncated: true },
  })
})

test('a body of scripts, escapes and broken UTF-8 comes back byte for byte', async () => {
  const body = Buffer.concat([
    Buffer.from('<script>alert(1)</script>\u001b[2J\0\u202e'),
    Buffer.from([0xff, 0xfe, 0xc0]),
  ])
  const hook = await receiver((socket) =>
    socket.write(Buffer.concat([Buffer.from(headOf(`content-length: ${body.length}`)), body])),
  )
  expect((await post(loopbackEgress(), hook.url)).response?.body).toEqual(body)
})

test('an answer sent ahead on an idle connection is not taken for the next one', async () => {
  const hook = await receiver((socket, nth) => {
    if (nth === 1)
      socket.write(OK, () =>
        setImmediate(() => socket.write('HTTP/1.1 418 Planted\r\ncontent-length: 0\r\n\r\n')),
      )
    else socket.write(OK)
  })
  const egress = loopbackEgress()
  await post(egress, hook.url)
  await closed(hook.connections[0]!)
  expect((await post(egress, hook.url)).response?.status).toBe(200)
})

const headOf = (headers: string) => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`

const answerOf = (size: number) => `${headOf(`content-length: ${size}`)}${'x'.repeat(size)}`

const chunk = (size: number) => Buffer.from(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`)

/** Writes for as long as anybody reads. */
function flood(socket: Socket, headers: string, block: Buffer): void {
  socket.write(headOf(headers))
  const more = () => {
    while (!socket.destroyed && socket.write(block));
  }
  socket.on('drain', more)
  more()
}

/** Once what was written has been read, so that the reset does not overtake it. */
const resetSoon = (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 50)

/** Not `once`: a reset is an `error` first, and as good an end. */
async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve))
}
