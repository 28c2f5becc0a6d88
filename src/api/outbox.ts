/**
 * What waits to be sent down a stream: bounded, so that a client that does not read costs no more than this.
 */
export interface Outbox {
  /** Adds a text; ignored once it is closed. */
  put(text: string): void
  /** Whether there is room for more; what is put beyond is kept all the same, for once. */
  hasRoom(): boolean
  /** Takes all that waits; waits for something; undefined once it is closed and empty. */
  take(): Promise<string | undefined>
  /** Nothing more comes; what waits is still taken. */
  close(): void
}

/** @param roomFor how many characters may wait */
export function createOutbox(roomFor: number): Outbox {
  let waiting: string[] = []
  let length = 0
  let closed = false
  let wake = () => {}

  return {
    put(text) {
      if (closed) return
      waiting.push(text)
      length += text.length
      wake()
    },
    hasRoom: () => length < roomFor,
    async take() {
      while (waiting.length === 0 && !closed)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      if (waiting.length === 0) return undefined
      const text = waiting.join('')
      waiting = []
      length = 0
      return text
    },
    close() {
      closed = true
      wake()
    },
  }
}
