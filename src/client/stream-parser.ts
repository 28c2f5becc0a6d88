/** Cuts a stream of bytes into its events. Source: WHATWG HTML, section 9.2.6, "Interpreting an event stream". */

/** What a stream is made of: events, up to where everything was told, and how long to wait before asking again. */
export type StreamPart =
  | { id: string; event: string; data: string }
  | { seenId: string }
  | { retryMs: number }

/** A parser of one connection's bytes, in whatever pieces they come. */
export interface StreamParser {
  /** @returns the parts that these bytes complete */
  push(bytes: Uint8Array): StreamPart[]
}

/** An event that no blank line ends, because the connection broke, is dropped: it comes again. */
export function createStreamParser(): StreamParser {
  const decoder = new TextDecoder()
  let rest = ''
  let id = ''
  let seenId: string | undefined
  let event = ''
  let data: string[] = []

  function push(bytes: Uint8Array): StreamPart[] {
    rest += decoder.decode(bytes, { stream: true })
    // A carriage return at the end may be half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop()!
    return lines.flatMap((line) => (line === '' ? dispatch() : field(line)))
  }

  function dispatch(): StreamPart[] {
    const parts: StreamPart[] = []
    if (data.length > 0) parts.push({ id, event: event || 'message', data: data.join('\n') })
    // An id without data is no event, and yet where to go on.
    else if (seenId !== undefined) parts.push({ seenId })
    event = ''
    data = []
    seenId = undefined
    return parts
  }

  function field(line: string): StreamPart[] {
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') data.push(value)
    else if (name === 'event') event = value
    else if (name === 'id' && !value.includes('\0')) id = seenId = value
    else if (name === 'retry' && /^\d+$/.test(value)) return [{ retryMs: Number(value) }]
    return []
  }

  return { push }
}
