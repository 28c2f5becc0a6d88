/** What a receiver with a catalogue may do; see `typed-events.ts`. */
import { expectTypeOf } from 'vitest'
import { callbackOf, receive, verifyRequest } from '../../../src/verify/index.ts'

interface Catalogue {
  'invoice.paid': { amount: number }
  'user.left': null
}

export async function narrows(request: Request) {
  const callback = await verifyRequest<Catalogue>(request, 'whsec_')
  if (callback.type === 'invoice.paid') expectTypeOf(callback.data).toEqualTypeOf<{ amount: number }>()
  else expectTypeOf(callback.data).toEqualTypeOf<null>()
  // @ts-expect-error a wrong name
  if (callback.type === 'invoice.payed') return
}

export const handler = receive<Catalogue>('whsec_', ({ type, data }) => {
  if (type === 'invoice.paid') expectTypeOf(data.amount).toEqualTypeOf<number>()
})

export function withoutACatalogue(request: object) {
  const { type, data } = callbackOf(request)
  expectTypeOf(type).toEqualTypeOf<string>()
  expectTypeOf(data).toEqualTypeOf<unknown>()
}
