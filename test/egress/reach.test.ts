/** Whether there is a way out, as an operator asks it: the same guard and the same proxy as for callbacks, and no request. */
import { expect, test } from 'vitest'
import { freePort } from '../setup/free-port.ts'
import { connectProxy } from './connect-proxy.ts'
import { loopbackEgress } from './loopback.ts'
import { OK, receiver } from './receiver.ts'

test('a receiver that takes connections is reached, and hears nothing', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  const { reach } = loopbackEgress()
  expect(await reach(hook.url)).toBeNull()
  expect(await reach(`https://hooks.example.com:${hook.port}/`)).toBeNull()
  expect(hook.requests).toEqual([])
})

test('through a proxy it is reached by a tunnel to the address that was vetted', async () => {
  const proxy = await connectProxy()
  const hook = await receiver((socket) => socket.write(OK))
  const { reach } = loopbackEgress({ proxy: proxy.url })
  expect(await reach(`https://hooks.example.com:${hook.port}/`)).toBeNull()
  expect(proxy.asked.map(({ target }) => target)).toEqual([`127.0.0.1:${hook.port}`])
  const deaf = await connectProxy((_, client) => client.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  expect(await loopbackEgress({ proxy: deaf.url }).reach(hook.url)).not.toBeNull()
})

test('where there is no way it says at which step it ends', async () => {
  const { reach } = loopbackEgress()
  expect(await reach(`http://127.0.0.1:${await freePort()}/`)).toBe('connect_refused')
  const nameless = loopbackEgress({
    resolve: async () => {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    },
  })
  expect(await nameless.reach('https://hooks.example.com/')).toBe('dns_error')
  const slow = loopbackEgress({
    resolve: () => new Promise(() => {}),
    timeouts: { lookup: 20, connect: 20, secureConnect: 20 },
  })
  expect(await slow.reach('https://hooks.example.com/')).toBe('connect_timeout')
})

test('what callbacks may not reach is not reached by it either: by address, and by name', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  expect(await loopbackEgress({ allow: [] }).reach(hook.url)).toBe('address_not_allowed')
  expect(await loopbackEgress({ allow: [] }).reach(`http://hooks.example.com:${hook.port}/`)).toBe(
    'address_not_allowed',
  )
})
