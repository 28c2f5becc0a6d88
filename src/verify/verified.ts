/** Where middleware leaves what it verified for the handlers behind it. */
import type { AnyEvents, Callback } from './callback.ts'

const verified = new WeakMap<object, Callback>()

export function keepCallback(carrier: object, callback: Callback): void {
  verified.set(carrier, callback)
}

/**
 * The callback of a request that passed one of the adapters.
 * @param carrier what the handler was given: the request of Express and Fastify, the context of Hono
 * @throws TypeError for a request that did not pass one
 */
export function callbackOf<Catalogue = AnyEvents>(carrier: object): Callback<Catalogue> {
  const callback = verified.get(carrier)
  if (!callback)
    throw new TypeError('No callback was verified on this request; is the adapter before this handler?')
  return callback as Callback<Catalogue>
}
