/** From the sources; the test of the package compiles the same against what is packed. */
export { type AcceptedEvent, Ringback } from '../../../src/client/index.ts'
export { fakeRingback as fakeOf } from '../../../src/testing/index.ts'

export interface Where {
  baseUrl: string
  apiKey: string
}
