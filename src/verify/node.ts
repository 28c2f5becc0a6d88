/** Node's own `http` server, and Express. */
import { answerError, answerTo, type ReceiverAnswer } from './answer.ts'
import type { AnyEvents, Callback } from './callback.ts'
import type { ReceiverOptions } from './handler.ts'
import { type NodeRequest, verifyNodeRequest } from './node-request.ts'
import { createOnce } from './once.ts'
import { keepCallback } from './verified.ts'
import { checkSecrets, type Secrets } from './verify.ts'

/** What is needed of Node's `ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  writeHead(status: number, headers: Record<string, string>): { end(body?: string): unknown }
  once(event: 'close', listener: () => void): unknown
  readonly writableFinished: boolean
}

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
    const answer = answerTo(await once.begin(callback.id))
    if (answer) return write(response, answer)
    let succeeded = false
    try {
      await onCallback(callback)
      succeeded = true
    } finally {
      await once.end(callback.id, succeeded)
    }
    write(response, { status: 204, headers: {}, body: '' })
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
    const answer = answerTo(await once.begin(callback.id))
    if (answer) return write(response, answer)
    // However the handler ends: an answer that did not get through is none of success.
    response.once('close', () => {
      const succeeded = response.writableFinished && isSuccess(response.statusCode)
      once.end(callback.id, succeeded).catch(() => {})
    })
    keepCallback(request, callback)
    next()
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

export const isSuccess = (status: number): boolean => status >= 200 && status < 300
