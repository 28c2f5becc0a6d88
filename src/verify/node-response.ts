/** Responses of Node's own server, and of frameworks on it: how a handler ends that nobody can wait for. */
import { isSuccess, type ReceiverAnswer } from './answer.ts'
import type { Once } from './once.ts'

/** What is needed of Node's `ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  writeHead(status: number, headers: Record<string, string>): { end(body?: string): unknown }
  // biome-ignore lint/suspicious/noExplicitAny: one signature for each of Node's overloads
  end(...given: any[]): any
  once(event: 'close', listener: () => void): unknown
  /** Whether its sender has left, or has all of it. */
  readonly destroyed: boolean
  /** Whether its handler has ended it. */
  readonly writableEnded: boolean
}

/**
 * Runs the handler that stands behind a middleware.
 * @param next goes on to it
 * @returns what to answer in its place; otherwise undefined, once it has ended its response
 * @throws what broke before it was run; what breaks after has nobody left to tell
 */
export async function runBehind(
  once: Once,
  id: string,
  response: NodeResponse,
  next: () => void,
): Promise<ReceiverAnswer | undefined> {
  let isRun = false
  try {
    return await once(id, () => {
      const ended = whenEnded(response)
      isRun = true
      next()
      return ended
    })
  } catch (error) {
    if (!isRun) throw error
    return undefined
  }
}

/** Ringback waits 30 seconds at most for an answer: what goes on for so long after that has got lost. */
const LOST_AFTER_MS = 10 * 60_000

/**
 * Resolves once a handler has ended its response, with whether its status is one of success. The sender may have left by
 * then, while the work went on; and where a response is ended after that, Node emits nothing. So the call of `end` tells. For
 * a handler that never ends it, it resolves with false ten minutes after its sender has left.
 */
function whenEnded(response: NodeResponse): Promise<boolean> {
  return new Promise((resolve) => {
    let lost: ReturnType<typeof setTimeout> | undefined
    const { end } = response
    response.end = (...given) => {
      clearTimeout(lost)
      const result = end.apply(response, given)
      resolve(isSuccess(response.statusCode))
      return result
    }
    const left = () => {
      if (response.writableEnded) return
      lost = setTimeout(resolve, LOST_AFTER_MS, false)
      keepsNobody(lost)
    }
    if (response.destroyed) left()
    else response.once('close', left)
  })
}

/** The process may end before it rings. Without the types of Node, which these files are read without too, it is a number. */
const keepsNobody = (timer: unknown) => (timer as { unref?(): void }).unref?.()
