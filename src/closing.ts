/** What was opened, to be closed in reverse. */
export interface Closing {
  /** Registers how the part just opened is closed. */
  add(name: string, close: () => Promise<unknown> | unknown): void
  /** Closes all, the last opened first; one that fails does not keep the others open. Safe to repeat. */
  close(): Promise<void>
}

/** @param onFailure told of each part that does not close */
export function createClosing(onFailure: (name: string, error: unknown) => void): Closing {
  const parts: { name: string; close: () => Promise<unknown> | unknown }[] = []
  let closing: Promise<void> | undefined

  async function closeAll() {
    for (const { name, close } of parts.toReversed()) {
      try {
        await close()
      } catch (error) {
        onFailure(name, error)
      }
    }
  }

  return {
    add: (name, close) => parts.push({ name, close }),
    close: () => (closing ??= closeAll()),
  }
}
