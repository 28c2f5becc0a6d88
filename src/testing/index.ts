/** For the tests of hosts and receivers, with any test runner: `import { startReceiver } from 'ringback/testing'`. */
export { type Emitted, type FakeRequest, type FakeRingback, fakeRingback } from './fake-ringback.ts'
export { type Matcher, matches } from './matches.ts'
export { type FakeReceiver, type Received, type Reply, type Script, startReceiver } from './receiver.ts'
export {
  newSecret,
  type Sample,
  type SignedCallback,
  signedCallback,
  signedRequest,
} from './signed-request.ts'
