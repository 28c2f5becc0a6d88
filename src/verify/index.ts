/**
 * For receivers of callbacks: `import { verifyRequest } from 'ringback/verify'`. It verifies signatures of Standard
 * Webhooks, on Node, Bun, Deno and edge runtimes.
 */
export type { AnyEvents, Callback, CallbackOf } from './callback.ts'
export { VerificationError, type VerificationReason } from './error.ts'
export {
  type FastifyLike,
  type FastifyReplyLike,
  type FastifyRequestLike,
  verifyFastify,
} from './fastify.ts'
export { type ReceiverOptions, receive } from './handler.ts'
export { type HonoContext, verifyHono } from './hono.ts'
export { receiveNode, verifyExpress } from './node.ts'
export { type NodeRequest, verifyNodeRequest } from './node-request.ts'
export type { NodeResponse } from './node-response.ts'
export { type MemoryOptions, type OnceOptions, rememberInMemory, type SeenIds } from './once.ts'
export { verifyRequest } from './request.ts'
export { callbackOf } from './verified.ts'
export { type Secrets, type VerifyOptions, verify } from './verify.ts'
