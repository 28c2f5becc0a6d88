/** One callback to the local receiver, as Ringback would send it. */
import { SECOND } from '../../duration.ts'
import { version } from '../../package.ts'
import { deliveryHeaders } from '../../signing/sign.ts'

/** What is sent, and where. */
export interface Forwarded {
  url: string
  eventId: string
  /** The very bytes. */
  body: string
  keys: readonly Uint8Array[]
  headers: Readonly<Record<string, string>>
  timeoutSeconds: number
}

/** What came of it: a status, or why there is none. */
export interface Outcome {
  status: number | null
  error: string | null
  durationMs: number
}

/** Never rejects: a receiver that is not there is an outcome. */
export async function forward(forwarded: Forwarded): Promise<Outcome> {
  const { url, eventId, body, keys, headers, timeoutSeconds } = forwarded
  const bytes = Buffer.from(body)
  const timestamp = Math.floor(Date.now() / SECOND)
  const began = performance.now()
  const outcome = (status: number | null, error: string | null) => ({
    status,
    error,
    durationMs: Math.round(performance.now() - began),
  })
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': `Ringback/${version}`,
        ...headers,
        ...deliveryHeaders({ id: eventId, timestamp, body: bytes, keys }),
      },
      body: bytes,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutSeconds * SECOND),
    })
    const answered = outcome(response.status, null)
    await response.body?.cancel().catch(() => {})
    return answered
  } catch (error) {
    return outcome(null, wordsOf(error))
  }
}

function wordsOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? message)
}
