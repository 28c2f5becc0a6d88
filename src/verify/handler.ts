/** A whole receiver in one call: from a Web-standard request to the answer. */
import { answerError, type ReceiverAnswer, TAKEN } from './answer.ts'
import type { AnyEvents, Callback } from './callback.ts'
import { createOnce, type OnceOptions } from './once.ts'
import { verifyRequest } from './request.ts'
import { checkSecrets, type Secrets, type VerifyOptions } from './verify.ts'

/** How a receiver verifies, and how it drops what it has taken before. */
export interface ReceiverOptions extends VerifyOptions, OnceOptions {
  /** Told of each request that could not be verified, for the log. */
  onRefused?: ((error: unknown) => void) | undefined
}

/**
 * Makes a handler of Web-standard requests: a route handler of Next.js, or what `Bun.serve`, `Deno.serve` and Workers take.
 * @param onCallback does the work. When it resolves, 204 is answered, or the `Response` it gives; when it throws, the error
 * passes on to the framework, which answers 500, and Ringback comes again
 * @example export const POST = receive(process.env.SECRET!, async (callback) => { ... })
 */
export function receive<Catalogue = AnyEvents>(
  secrets: Secrets,
  onCallback: (callback: Callback<Catalogue>) => unknown,
  options: ReceiverOptions = {},
): (request: Request) => Promise<Response> {
  const once = createOnce(options)
  checkSecrets(secrets)
  return async (request) => {
    let callback: Callback<Catalogue>
    try {
      callback = await verifyRequest<Catalogue>(request, secrets, options)
    } catch (error) {
      options.onRefused?.(error)
      return asResponse(answerError(error))
    }
    let response = asResponse(TAKEN)
    const answer = await once(callback.id, async () => {
      const given = await onCallback(callback)
      if (isResponse(given)) response = given
      return response.ok
    })
    return answer ? asResponse(answer) : response
  }
}

/** A status without content takes no body, be it empty. */
export const asResponse = ({ status, headers, body }: ReceiverAnswer): Response =>
  new Response(body === '' ? null : body, { status, headers })

/** By its shape: a platform may have more than one class of this name. */
const isResponse = (given: unknown): given is Response =>
  typeof given === 'object' && given !== null && 'status' in given && 'headers' in given
