/** What every adapter keeps with `seenIds`, also when the sender hangs up: each with its real server. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, request as send } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { newSecret, signedCallback } from '../../src/testing/index.ts'
import {
  type ReceiverOptions,
  receive,
  receiveNode,
  rememberInMemory,
  type SeenIds,
  verifyExpress,
  verifyFastify,
  verifyHono,
} from '../../src/verify/index.ts'

const secret = newSecret()

/** Does the work of a callback; what it throws is a failure. */
type Work = () => Promise<void>

/** A receiver's port, and its connections as they close. */
interface Receiver {
  port: number
  /** Resolves when the server has noticed that a sender left. */
  hungUp: Promise<unknown>
}

type Adapter = (work: Work, options: ReceiverOptions) => Promise<Receiver>

async function listen(listener: RequestListener): Promise<Receiver> {
  const server = createServer(listener)
  const hungUp = once(server, 'connection').then(([socket]) => once(socket as Socket, 'close'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, hungUp }
}

/** @param answer of a route behind the adapter, once its work is done */
const onFastify =
  (answer: (reply: { code(status: number): { send(): unknown } }) => unknown): Adapter =>
  async (work, options) => {
    const app = fastify()
    const hungUp = once(app.server, 'connection').then(([socket]) => once(socket as Socket, 'close'))
    app.register(async (scope) => {
      verifyFastify(scope, secret, options)
      scope.post('/callbacks', async (_request, reply) => {
        await work()
        return answer(reply)
      })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void app.close())
    return { port: (app.server.address() as AddressInfo).port, hungUp }
  }

const ADAPTERS: Record<string, Adapter> = {
  node: (work, options) => listen(receiveNode(secret, work, options)),

  express: (work, options) => {
    const app = express().set('env', 'test')
    app.post('/callbacks', verifyExpress(secret, options), async (_request, response) => {
      await work()
      response.sendStatus(204)
    })
    return listen(app)
  },

  hono: (work, options) => {
    const app = new Hono()
    app.onError((_, c) => c.text('failed', 500))
    app.post('/callbacks', verifyHono(secret, options), async (c) => {
      await work()
      return c.body(null, 204)
    })
    return listen(getRequestListener(app.fetch))
  },

  fastify: onFastify((reply) => reply.code(204).send()),

  'fastify, with handlers that resolve with nothing': onFastify(() => undefined),

  'fastify, with handlers that return their reply before they send it': async (work, options) => {
    const app = fastify()
    const hungUp = once(app.server, 'connection').then(([socket]) => once(socket as Socket, 'close'))
    app.register(async (scope) => {
      verifyFastify(scope, secret, options)
      scope.post('/callbacks', async (_request, reply) => {
        work().then(
          () => reply.code(204).send(),
          (error) => reply.send(error),
        )
        return reply
      })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void app.close())
    return { port: (app.server.address() as AddressInfo).port, hungUp }
  },

  'next, or whatever takes Web-standard requests': (work, options) =>
    listen(getRequestListener(receive(secret, work, options))),
}

/** Sends the one callback that all is about. */
function post({ port }: Receiver, id = 'evt_1') {
  const { headers, body } = signedCallback({ type: 'a', data: 1, secret, id })
  const request = send({ port, host: '127.0.0.1', method: 'POST', path: '/callbacks', headers, agent: false })
  const answered = once(request, 'response').then(([response]) => {
    const { statusCode, headers } = response as IncomingMessage
    ;(response as IncomingMessage).resume()
    return { status: statusCode, retryAfter: headers['retry-after'] }
  })
  answered.catch(() => {})
  request.end(body)
  return { answered, hangUp: () => request.destroy() }
}

const statusOf = async (receiver: Receiver) => (await post(receiver).answered).status

/** A gate that somebody comes to, and that opens when told. */
function gate() {
  let come = () => {}
  let open = () => {}
  const reached = new Promise<void>((resolve) => {
    come = resolve
  })
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    reached,
    open: () => open(),
    pass: () => {
      come()
      return opened
    },
  }
}

/** Ids in memory that tell when one is forgotten. */
function watchedIds() {
  const ids = rememberInMemory()
  let tell = () => {}
  const forgotten = new Promise<void>((resolve) => {
    tell = resolve
  })
  const seenIds: SeenIds = { seen: ids.seen, forget: (id) => ids.forget(id).then(() => tell()) }
  return { seenIds, forgotten }
}

/** Until nothing of this id is in hand; then as it is answered. */
async function statusWhenSettled(receiver: Receiver): Promise<number | undefined> {
  let status: number | undefined
  do status = await statusOf(receiver)
  while (status === 503)
  return status
}

describe.each(Object.entries(ADAPTERS))('once, with %s', (_, start) => {
  it('a second callback meanwhile is asked to come again, and one after that was taken', async () => {
    const working = gate()
    let times = 0
    const receiver = await start(
      () => {
        times++
        return working.pass()
      },
      { seenIds: rememberInMemory() },
    )
    const first = post(receiver)
    await working.reached
    expect(await post(receiver).answered).toEqual({ status: 503, retryAfter: '5' })
    working.open()
    expect((await first.answered).status).toBeLessThan(300)
    expect(await statusWhenSettled(receiver)).toBe(204)
    expect(times).toBe(1)
  })

  it.each([
    ['succeeds', 1],
    ['fails', 2],
  ])('a handler whose sender hangs up is left to its work, which %s', async (outcome, expected) => {
    const working = gate()
    let times = 0
    const { seenIds, forgotten } = watchedIds()
    const receiver = await start(
      async () => {
        if (++times > 1) return
        await working.pass()
        if (outcome === 'fails') throw new Error('not yet')
      },
      { seenIds },
    )
    const first = post(receiver)
    await working.reached
    first.hangUp()
    await receiver.hungUp
    for (const _ of [1, 2]) expect(await statusOf(receiver)).toBe(503)
    expect(times).toBe(1)
    working.open()
    if (outcome === 'fails') await forgotten
    expect(await statusWhenSettled(receiver)).toBeLessThan(300)
    expect(times).toBe(expected)
  })

  it.each([
    ['succeeds', 1],
    ['fails', 2],
  ])(
    'a sender that hangs up before its turn holds nothing, when the work then %s',
    async (outcome, expected) => {
      const looking = gate()
      const done = gate()
      let times = 0
      const ids = rememberInMemory()
      const seenIds: SeenIds = {
        forget: ids.forget,
        seen: (id, ttlSeconds) => looking.pass().then(() => ids.seen(id, ttlSeconds)),
      }
      const receiver = await start(
        async () => {
          done.pass()
          if (++times === 1 && outcome === 'fails') throw new Error('not yet')
        },
        { seenIds },
      )
      const first = post(receiver)
      await looking.reached
      first.hangUp()
      await receiver.hungUp
      expect(await statusOf(receiver)).toBe(503)
      looking.open()
      await done.reached
      expect(await statusWhenSettled(receiver)).toBeLessThan(300)
      expect(times).toBe(expected)
    },
  )
})

it('a handler that never ends its response has lost its id ten minutes after its sender has left', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const working = gate()
  const { seenIds, forgotten } = watchedIds()
  let times = 0
  const app = express()
  app.post('/callbacks', verifyExpress(secret, { seenIds }), (_request, response) => {
    if (++times > 1) response.sendStatus(204)
    else response.once('close', () => working.open())
    working.pass()
  })
  const receiver = await listen(app)
  const first = post(receiver)
  await working.reached
  first.hangUp()
  await working.pass()
  vi.advanceTimersByTime(10 * 60_000 - 1)
  expect(await statusOf(receiver)).toBe(503)
  vi.advanceTimersByTime(1)
  await forgotten
  expect(await statusWhenSettled(receiver)).toBe(204)
  expect(times).toBe(2)
})
