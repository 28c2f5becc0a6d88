import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileInterests } from '../../src/endpoints/matching.ts'
import { compilePatterns } from '../../src/endpoints/pattern.ts'
import { type Id, newId } from '../../src/ids.ts'
import { inTurns } from '../../src/turns.ts'

const pattern = fc.constantFrom('*', 'a', 'b', 'a.*', 'a.b', 'a.b.*', 'a.b.c', 'b.*', 'b.a')
const type = fc.constantFrom('a', 'b', 'c', 'a.b', 'a.c', 'a.b.c', 'a.b.c.d', 'b.a')
/** Of each endpoint its subscriptions, of each of these its patterns. */
const wanted = fc.array(fc.array(fc.array(pattern, { minLength: 1, maxLength: 4 }), { maxLength: 3 }), {
  maxLength: 6,
})

test('an event finds the endpoints that asking each of them finds, each once, the oldest first', async () => {
  await fc.assert(
    fc.asyncProperty(wanted, fc.array(type, { minLength: 1, maxLength: 4 }), async (endpoints, types) => {
      const interests = endpoints.map((subscriptions, i) => ({
        endpointId: `ep_${i}` as Id<'endpoint'>,
        status: 'active' as const,
        disabledReason: null,
        createdAt: new Date(0),
        subscriptions: subscriptions.map((eventTypes) => ({
          id: newId('subscription'),
          eventTypes,
          filter: null,
        })),
      }))
      const matcher = compileInterests({ tenantId: 'acme', configVersion: 1, interests })
      for (const type of types) {
        const found = await inTurns(matcher.match(type, {}))
        const asked = interests.filter(({ subscriptions }) =>
          subscriptions.some(({ eventTypes }) => compilePatterns(eventTypes)(type)),
        )
        expect(found.map(({ endpointId }) => endpointId)).toEqual(asked.map(({ endpointId }) => endpointId))
      }
    }),
    { numRuns: 1_000 },
  )
})
