import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { loopbackEgress, post } from './loopback.ts'
import { certificate, OK, receiver, tlsReceiver } from './receiver.ts'

const MINUTE = 60_000

test('requests to one receiver share a socket, also over TLS, and are not looked up again', async () => {
  const plain = await receiver((socket) => socket.write(OK))
  const secure = await tlsReceiver('valid', (socket) => socket.write(OK))
  let lookups = 0
  const egress = loopbackEgress({
    authorities: [certificate('authority')],
    resolve: async () => {
      lookups++
      return ['127.0.0.1']
    },
  })
  for (const [hook, scheme] of [
    [plain, 'http'],
    [secure, 'https'],
  ] as const) {
    lookups = 0
    for (let i = 0; i < 5; i++) {
      const outcome = await post(egress, `${scheme}://hooks.example.com:${hook.port}/`)
      expect(outcome).toMatchObject({ response: { status: 200 }, remoteAddress: '127.0.0.1' })
      if (i > 0) expect(outcome.timings).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null })
    }
    expect(hook.connections).toHaveLength(1)
    expect(lookups).toBe(1)
  }
})

test('a socket older than a minute serves no further request', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  let now = 0
  const egress = loopbackEgress({ clock: { now: () => now } })
  const used = async () => {
    await post(egress, hook.url)
    return hook.connections.length
  }
  expect(await used()).toBe(1)
  now = MINUTE - 1
  expect(await used()).toBe(1)
  now = MINUTE
  expect(await used()).toBe(1) // taken from the pool a moment before, and not given back
  expect(await used()).toBe(2)
})

test('a name that moves, or may no longer be reached, is followed within a minute', async () => {
  const here = await receiver((socket) => socket.write(OK))
  const there = await receiver((socket) => socket.write(OK), '127.0.0.2', here.port)
  let now = 0
  let answer = ['127.0.0.1']
  const egress = loopbackEgress({ clock: { now: () => now }, resolve: async () => answer })
  const posted = () => post(egress, `http://hooks.example.com:${here.port}/`)
  await posted()
  answer = ['127.0.0.2']
  now = MINUTE
  await posted() // on the old socket for the last time
  expect(await posted()).toMatchObject({ remoteAddress: '127.0.0.2' })
  answer = ['10.0.0.1']
  now = 2 * MINUTE
  await posted()
  expect(await posted()).toMatchObject({ error: 'address_not_allowed' })
  expect([here.requests.length, there.requests.length]).toEqual([2, 2])
})

test('a socket that nobody uses is closed when its minute is over', async () => {
  let now = 0
  const hook = await receiver((socket) => {
    now = MINUTE - 20 // as if it had taken so long to answer
    socket.write(OK)
  })
  await post(loopbackEgress({ clock: { now: () => now } }), hook.url)
  const [socket] = hook.connections
  if (!socket!.closed) await new Promise((closed) => socket!.on('close', closed))
  expect(hook.requests).toHaveLength(1)
})

test('a pooled socket that the receiver had closed is replaced by a fresh one within the attempt', async () => {
  const hook = await receiver((socket, nth) => (nth === 2 ? socket.resetAndDestroy() : socket.write(OK)))
  const egress = loopbackEgress()
  await post(egress, hook.url)
  expect(await post(egress, hook.url)).toMatchObject({ error: null, response: { status: 200 } })
  expect(hook.connections).toHaveLength(2)
})

test('its replacement is never another pooled one, which may be as dead', async () => {
  const served = new Set<Socket>()
  const waiting: Socket[] = []
  const hook = await receiver((socket) => {
    if (served.has(socket)) return void socket.resetAndDestroy()
    served.add(socket)
    if (served.size > 2) return void socket.write(OK)
    waiting.push(socket)
    if (waiting.length === 2) for (const both of waiting) both.write(OK)
  })
  const egress = loopbackEgress()
  await Promise.all([post(egress, hook.url), post(egress, hook.url)])
  expect(await post(egress, hook.url)).toMatchObject({ error: null, response: { status: 200 } })
  expect(hook.connections).toHaveLength(3)
})

test('it is replaced once, and only where not one byte of an answer came', async () => {
  const always = await receiver((socket, nth) => (nth === 1 ? socket.write(OK) : socket.resetAndDestroy()))
  const partly = await receiver((socket, nth) =>
    nth === 1
      ? socket.write(OK)
      : socket.write('HTTP/1.1 200', () => setTimeout(() => socket.resetAndDestroy(), 50)),
  )
  for (const [hook, requests] of [
    [always, 3],
    [partly, 2],
  ] as const) {
    const egress = loopbackEgress()
    await post(egress, hook.url)
    expect(await post(egress, hook.url)).toMatchObject({ error: 'connect_reset' })
    expect(hook.requests).toHaveLength(requests)
  }
})

test('more requests than sockets for one receiver wait their turn', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  const egress = loopbackEgress()
  const outcomes = await Promise.all(Array.from({ length: 600 }, () => post(egress, hook.url)))
  expect(outcomes.filter(({ response }) => response?.status === 200)).toHaveLength(600)
  expect(hook.connections.length).toBeLessThanOrEqual(256)
})

test('idle sockets of some receivers never hold up another', async () => {
  const egress = loopbackEgress()
  for (let origin = 0; origin < 6; origin++) {
    const hook = await receiver((socket) => socket.write(OK))
    const outcomes = await Promise.all(Array.from({ length: 250 }, () => post(egress, hook.url)))
    expect(outcomes.filter(({ response }) => response?.status === 200)).toHaveLength(250)
  }
})
