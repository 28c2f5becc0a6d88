/** Web-standard requests: Next.js, Hono, Remix, SvelteKit, Bun, Deno, Workers and others have them. */
import type { AnyEvents, Callback } from './callback.ts'
import { MOST_BYTES, refusal, type Secrets, tooLarge, type VerifyOptions, verify } from './verify.ts'

/**
 * Reads a request and verifies it.
 * @param request its body must not have been read
 * @throws VerificationError with the `reason`
 * @example const callback = await verifyRequest(request, process.env.SECRET)
 */
export async function verifyRequest<Catalogue = AnyEvents>(
  request: Request,
  secrets: Secrets,
  options: VerifyOptions = {},
): Promise<Callback<Catalogue>> {
  if (request.bodyUsed)
    throw refusal('body_not_raw', 'The body was read before; verify the request first, or a `clone()` of it.')
  return verify<Catalogue>(await readBytes(request, options.maxBytes), request.headers, secrets, options)
}

/** @throws VerificationError `body_too_large` as soon as it is, with the rest unread */
export async function readBytes(request: Request, maxBytes = MOST_BYTES): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader!.read()) {
    chunks.push(read.value)
    size += read.value.length
    if (size > maxBytes) {
      await reader!.cancel()
      throw tooLarge(maxBytes)
    }
  }
  return joined(chunks, size)
}

export function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
