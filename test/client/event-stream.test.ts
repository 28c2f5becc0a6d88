import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Http } from '../../src/client/http.ts'
import type { StreamedEvent, StreamOptions } from '../../src/client/index.ts'

/** How one connection is answered; the next connection gets the next script, the last one stays. */
type Script = (response: ServerResponse, request: IncomingMessage) => void

const HEAD = { 'content-type': 'text/event-stream' }
const event = (n: number) => `id: ${n}\nevent: tick\ndata: {"n":${n}}\n\n`

/** A server whose streams break as told, and the client's stream of it. */
async function serve(...scripts: Script[]) {
  const seen: (string | undefined)[] = []
  const closed: Promise<unknown>[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers['last-event-id'] as string | undefined)
    closed.push(once(response, 'close'))
    scripts[Math.min(seen.length, scripts.length) - 1]!(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const http = new Http({ baseUrl, apiKey: 'key', retryDelayMs: 1 })
  return {
    seen,
    closed,
    stream: (options?: StreamOptions) =>
      http.stream<StreamedEvent<{ n: number }>>({ method: 'GET', path: '/stream' }, options),
  }
}

/** Reads so many events, and leaves. */
async function read(stream: AsyncIterable<{ data: { n: number } }>, count: number): Promise<number[]> {
  const found: number[] = []
  for await (const { data } of stream) {
    found.push(data.n)
    if (found.length === count) break
  }
  return found
}

it('goes on after what came last, however the line broke: ended, reset, refused for a while', async () => {
  const { stream, seen } = await serve(
    (response) => response.writeHead(200, HEAD).end(event(1) + event(2)),
    (response) => response.writeHead(503, { 'retry-after': '0' }).end(),
    (response) => {
      response
        .writeHead(200, HEAD)
        .write(`${event(3)}id: 4\ndata: {"n":4}\n`, () => response.socket!.resetAndDestroy())
    },
    (response) => response.socket!.resetAndDestroy(),
    (response) => response.writeHead(200, HEAD).end(event(4) + event(5)),
  )
  expect(await read(stream(), 5)).toEqual([1, 2, 3, 4, 5])
  expect(seen).toEqual([undefined, '2', '2', '3', '3'])
})

it('goes on after an id that came without an event', async () => {
  const { stream, seen } = await serve(
    (response) => response.writeHead(200, HEAD).end('id: 3\n\n'),
    (response) => response.writeHead(200, HEAD).end(event(4)),
  )
  expect(await read(stream(), 1)).toEqual([4])
  expect(seen).toEqual([undefined, '3'])
})

it('begins where it is told, and names each event and its id', async () => {
  const { stream, seen } = await serve((response) => response.writeHead(200, HEAD).write(event(8)))
  for await (const one of stream({ lastEventId: '7' })) {
    expect(one).toEqual({ id: '8', event: 'tick', data: { n: 8 } })
    break
  }
  expect(seen).toEqual(['7'])
})

it('ends its connection when the reader leaves', async () => {
  const { stream, closed } = await serve((response) => response.writeHead(200, HEAD).write(event(1)))
  await read(stream(), 1)
  await closed[0]
})

it('ends its connection when its signal ends it, and gives the reason', async () => {
  const { stream, closed } = await serve((response) => response.writeHead(200, HEAD).write(event(1)))
  const controller = new AbortController()
  const reading = (async () => {
    for await (const _ of stream({ signal: controller.signal })) controller.abort(new Error('enough'))
  })()
  await expect(reading).rejects.toThrow('enough')
  await closed[0]
})

it('takes a line on which nothing comes for broken', async () => {
  const { stream, seen } = await serve(
    (response) => response.writeHead(200, HEAD).write(event(1)),
    (response) => response.writeHead(200, HEAD).end(event(2)),
  )
  expect(await read(stream({ idleMs: 50 }), 2)).toEqual([1, 2])
  expect(seen).toEqual([undefined, '1'])
})

it('asks again for a head that does not come in time', async () => {
  const { stream, seen } = await serve(
    () => {},
    (response) => response.writeHead(200, HEAD).end(event(1)),
  )
  expect(await read(stream({ timeoutMs: 50 }), 1)).toEqual([1])
  expect(seen).toHaveLength(2)
})

it('fails at once where another try would be refused too', async () => {
  const problem = JSON.stringify({ status: 404, code: 'not_found', detail: 'No such tenant.' })
  const { stream, seen } = await serve((response) => response.writeHead(404).end(problem))
  await expect(read(stream(), 1)).rejects.toMatchObject({ code: 'not_found', status: 404 })
  expect(seen).toHaveLength(1)
})

it('is over when the server says that there is no more', async () => {
  const { stream } = await serve(
    (response) => response.writeHead(200, HEAD).end(event(1)),
    (response) => response.writeHead(204).end(),
  )
  expect(await read(stream(), 9)).toEqual([1])
})

it('gives up after as many failures in a row as it is told', async () => {
  const { stream, seen } = await serve((response) => response.socket!.resetAndDestroy())
  await expect(read(stream({ retries: 2 }), 1)).rejects.toMatchObject({ code: 'network_error' })
  expect(seen).toHaveLength(3)
})
