/** Time limits and endings by a signal, without a trace once they are over. */
import { RingbackError } from './error.ts'

/**
 * Runs work under a signal that ends it after so long, or with the caller's own.
 * @throws RingbackError `timeout`; the reason of the caller's signal
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const end = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => {
    controller.abort(new RingbackError('timeout', `No answer within ${ms} ms.`))
  }, ms)
  signal?.addEventListener('abort', end, { once: true })
  // A fetch of the host's own, or its function that gives a key, may know nothing of signals.
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  })
  try {
    return await Promise.race([work(controller.signal), ended])
  } catch (error) {
    // Not every fetch rejects with the reason it was ended for.
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}

/** Waits; rejects with the signal's reason when that ends it. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
}
