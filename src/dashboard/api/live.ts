/** Server-sent events with the session's cookie and our header, which the browser's own EventSource cannot send. */
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { apiUrl, FACE_HEADER, problemOf } from './client.ts'

/** How long to wait before a stream that ended is opened again. */
const REOPEN_AFTER_MS = 3_000

/**
 * Reads a stream of the API until it is aborted, and opens it again when it ends.
 * @param onEvent told of each event's name and data
 * @param onState told whether the stream is open
 */
export async function listen(
  path: string,
  query: Record<string, string | undefined>,
  onEvent: (name: string, data: unknown) => void,
  onState: (isOpen: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(apiUrl(path, query), {
        headers: { ...FACE_HEADER, Accept: 'text/event-stream' },
        signal,
      })
      if (!response.ok || !response.body) throw await problemOf(response)
      onState(true)
      const events = response.body
        .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
        .pipeThrough(new EventSourceParserStream())
      for await (const { event, data } of events) onEvent(event ?? 'message', JSON.parse(data))
    } catch {
      // Ended, refused or cut: all the same here. The list itself says what is wrong, if something is.
    }
    onState(false)
    await pause(REOPEN_AFTER_MS, signal)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
