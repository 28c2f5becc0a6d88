/** Node's own `http` server, and Express. */
import { answerError, type ReceiverAnswer, TAKEN } from './answer.ts'
import type { AnyEvents, Callback } from './callback.ts'
import type { ReceiverOptions } from './handler.ts'
import { type NodeRequest, verifyNodeRequest } from './node-request.ts'
import { type NodeResponse, runBehind } from './node-response.ts'
import { createOnce } from './once.ts'
import { keepCallback } from './verified.ts'
import { checkSecrets, type Secrets } from './verify.ts'

/**
 * Makes a listener of Node's `http` server.
 * @param onCallback does the work. When it resolves, 204 is answered; when it throws, 500, and Ringback comes again
 * @example createServer(receiveNode(process.env.SECRET!, async (callback) => { ... })).listen(3000)
 */
export function receiveNode<Catalogue = AnyEvents>(
  secrets: Secrets,
  onCallback: (callback: Callback<Catalogue>) => unknown,
  options: ReceiverOptions & {
    /** Told of each error of `onCallback`, and of whatever else broke, for the log. */
    onFailed?: ((error: unknown) => void) | undefined
  } = {},
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  const once = createOnce(options)
  checkSecrets(secrets)

  async function handle(request: NodeRequest, response: NodeResponse): Promise<void> {
    const callback = await verified<Catalogue>(request, response, secrets, options)
    if (!callback) return
    const answer = await once(callback.id, async () => {
      await onCallback(callback)
      return true
    })
    write(response, answer ?? TAKEN)
  }

  return (request, response) =>
    handle(request, response).catch((error: unknown) => {
      options.onFailed?.(error)
      write(response, { status: 500, headers: {}, body: '' })
    })
}

/**
 * Express middleware: lets verified callbacks through, and answers the rest itself. It reads the body, so it stands before
 * any body parser; `callbackOf(request)` has what it read.
 * @example
 * app.post('/callbacks', verifyExpress(process.env.SECRET!), async (request, response) => {
 *   const { type, data } = callbackOf(request)
 *   response.sendStatus(204)
 * })
 */
export function verifyExpress(
  secrets: Secrets,
  options: ReceiverOptions = {},
): (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => void {
  const once = createOnce(options)
  checkSecrets(secrets)

  async function handle(request: NodeRequest, response: NodeResponse, next: () => void): Promise<void> {
    const callback = await verified(request, response, secrets, options)
    if (!callback) return
    keepCallback(request, callback)
    const answer = await runBehind(once, callback.id, response, next)
    if (answer) write(response, answer)
  }

  return (request, response, next) => {
    handle(request, response, next).catch(next)
  }
}

/** @returns undefined when it was answered that it could not be verified */
async function verified<Catalogue = AnyEvents>(
  request: NodeRequest,
  response: NodeResponse,
  secrets: Secrets,
  options: ReceiverOptions,
): Promise<Callback<Catalogue> | undefined> {
  try {
    return await verifyNodeRequest<Catalogue>(request, secrets, options)
  } catch (error) {
    options.onRefused?.(error)
    write(response, answerError(error))
    return undefined
  }
}

function write(response: NodeResponse, { status, headers, body }: ReceiverAnswer): void {
  response.writeHead(status, headers).end(body)
}
