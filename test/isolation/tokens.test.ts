import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { openPortal, type Possessions, settle } from './world.ts'

const TENANTS = 20
const TOKENS_EACH = 10

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

it(`${TENANTS * TOKENS_EACH} parallel portal tokens of ${TENANTS} tenants, used against one another's data, leak nothing`, async () => {
  const all: Possessions[] = []
  for (let i = 0; i < TENANTS; i++) all.push(await settle(api, `tenant-${i}`))
  // One after the other within a tenant, whose lock each of them takes: together they would wait for it, and for a connection.
  const holders = (
    await Promise.all(
      all.map(async (own, tenant) => {
        const its: { own: Possessions; token: string; others: Possessions[] }[] = []
        for (let i = 0; i < TOKENS_EACH; i++) {
          const { token } = await openPortal(api, own.tenant, i % 2 === 0)
          // Together the tokens of a tenant ask for everybody's.
          const others = [2 * i + 1, 2 * i + 2].map((step) => all[(tenant + step) % TENANTS]!)
          its.push({ own, token, others })
        }
        return its
      }),
    )
  ).flat()

  // All at once: the caches and batches of the process see the tenants mixed.
  const answers = (
    await Promise.all(
      holders.map(async ({ own, token, others }) => {
        const seen: Seen[] = []
        for (const { path, foreign } of [own, ...others].flatMap((of) => pathsOf(of, own))) {
          const { status, text } = await api.ask(`GET ${path}`, {
            headers: { Authorization: `Bearer ${token}` },
          })
          seen.push({ own: own.tenant, path, foreign, status, text })
        }
        return seen
      }),
    )
  ).flat()

  const leaks = answers.filter(({ foreign, status }) => foreign && status !== 404)
  expect(leaks.map(({ own, path, status }) => `${own} got ${status} for ${path}`)).toEqual([])
  const theirs = answers.filter(({ foreign }) => !foreign)
  expect(theirs.filter(({ status }) => status !== 200)).toEqual([])
  const mixed = theirs.filter(({ own, text }) => mentionsAnother(text, own))
  expect(mixed.map(({ own, path }) => `${own} saw another's in ${path}`)).toEqual([])
  expect(answers.length).toBeGreaterThan(5_000)
}, 240_000)

interface Seen {
  own: string
  path: string
  foreign: boolean
  status: number
  text: string
}

/** What to ask of `of`: by its own path, and by that of the one who asks. */
function pathsOf(of: Possessions, own: Possessions) {
  const foreign = of !== own
  const parts = [
    `endpoints/${of.endpoint}`,
    `events/${of.event}`,
    `deliveries/${of.delivery}`,
    `deliveries/${of.delivery}/attempts`,
  ]
  const byTheirs = [...parts, 'endpoints', 'events', 'deliveries', 'audit-log'].map((part) => ({
    path: `/v1/tenants/${of.tenant}/${part}`,
    foreign,
  }))
  if (!foreign) return byTheirs
  return [...byTheirs, ...parts.map((part) => ({ path: `/v1/tenants/${own.tenant}/${part}`, foreign }))]
}

/** Every tenant's data holds its name. */
const mentionsAnother = (text: string, tenant: string) =>
  [...text.matchAll(/tenant-\d+/g)].some(([name]) => name !== tenant)
