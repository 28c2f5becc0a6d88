import { expect, test } from 'vitest'
import type { Id } from '../../src/ids.ts'
import { createRound } from '../../src/upkeep/round.ts'

const endpoint = (n: number) => `ep_${String(n).padStart(3, '0')}` as Id<'endpoint'>

/** So many endpoints of a tenant, as they come in a round. */
const endpointsOf = (tenantId: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ tenantId, endpointId: endpoint(from + i) }))

test('what a tenant may have is shared evenly among its endpoints that are here', () => {
  const here = [...endpointsOf('large', 4), ...endpointsOf('small', 1, 4)]
  const feedings = createRound().feedingsOf(here, () => 10)
  expect(feedings.map(({ most }) => most)).toEqual([3, 3, 3, 3, 10])
})

test('a tenant whose part is used is passed over, and others are not', () => {
  const here = [...endpointsOf('large', 4), ...endpointsOf('small', 1, 4)]
  const feedings = createRound().feedingsOf(here, (tenantId) => (tenantId === 'large' ? 0 : 10))
  expect(feedings).toEqual([{ endpointId: endpoint(4), most: 10 }])
})

test('however little room there is, every endpoint of a tenant has its turn, and none has two before the others had one', () => {
  const [COUNT, PART] = [100, 20]
  const all = endpointsOf('large', COUNT)
  const round = createRound()
  const fed = new Map<string, number>()
  let room = 0
  for (let rounds = 0; rounds < 10; rounds++) {
    for (let from = 0; from < COUNT; from += PART) {
      // Room comes back in the middle of a round too: a long one takes several looks.
      if (from % (2 * PART) === 0) room = PART / 2
      for (const { endpointId } of round.feedingsOf(all.slice(from, from + PART), () => room)) {
        fed.set(endpointId, (fed.get(endpointId) ?? 0) + 1)
        room--
      }
    }
    round.end()
  }
  const turns = all.map(({ endpointId }) => fed.get(endpointId) ?? 0)
  expect(Math.min(...turns)).toBeGreaterThan(0)
  expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1)
})

test('one that is passed over and then has nothing waiting any more leaves the others their turn', () => {
  const round = createRound()
  round.feedingsOf(endpointsOf('large', 4), () => 0)
  round.feedingsOf([], () => 0)
  round.end()
  const left = endpointsOf('large', 2, 2)
  expect(round.feedingsOf(left, () => 10)).toHaveLength(2)
})
