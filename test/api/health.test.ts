import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../../src/api/app.ts'
import { version } from '../../src/package.ts'
import { ask, createTestApi, type TestApi } from './test-api.ts'

let real: TestApi
beforeAll(async () => {
  real = await createTestApi()
})
afterAll(() => real.close())

describe('GET /livez', () => {
  it('answers 200 while the process lives, whatever else is away', async () => {
    const api = createApi({
      ...real.needs,
      readiness: async () => ({ postgres: { ok: false } }),
      isStopping: () => true,
    })
    expect(await ask(api, 'GET /livez')).toMatchObject({ status: 200, json: { status: 'ok' } })
  })
})

describe('GET /readyz', () => {
  it('answers 200 when every part is well', async () => {
    const parts = { postgres: { ok: true }, queue: { ok: true } }
    const api = createApi({ ...real.needs, readiness: async () => parts })
    expect(await ask(api, 'GET /readyz')).toMatchObject({
      status: 200,
      json: { status: 'ready', version, parts },
    })
  })

  it('answers 503 when one is not, and says which and why', async () => {
    const parts = { postgres: { ok: true }, queue: { ok: false, detail: 'connect ECONNREFUSED' } }
    const api = createApi({ ...real.needs, readiness: async () => parts })
    expect(await ask(api, 'GET /readyz')).toMatchObject({ status: 503, json: { status: 'not_ready', parts } })
  })

  it('answers 503 while the process is stopping, though every part is well', async () => {
    const api = createApi({ ...real.needs, isStopping: () => true })
    expect(await ask(api, 'GET /readyz')).toMatchObject({ status: 503, json: { status: 'stopping' } })
  })
})
