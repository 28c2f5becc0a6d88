/** What a person sees while it runs, on standard error: one live line in a terminal, plain lines elsewhere. */

export interface Progress {
  /** Something happened. */
  say(text: string): void
  /** How far it is; shown over and over. */
  show(status: string): void
  end(): void
}

/** Seldom enough that a log stays readable. */
const PLAIN_EVERY_MS = 5_000

const ERASE = '\r\x1b[K'

export function openProgress(): Progress {
  const write = (text: string) => process.stderr.write(text)
  if (process.stderr.isTTY && !process.env.NO_COLOR) {
    let shown = ''
    return {
      say: (text) => write(`${ERASE}${text}\n${shown}`),
      show(status) {
        shown = status.slice(0, (process.stderr.columns || 80) - 1)
        write(ERASE + shown)
      },
      end: () => write(ERASE),
    }
  }
  let quietUntil = 0
  return {
    say: (text) => write(`${text}\n`),
    show(status) {
      if (Date.now() < quietUntil) return
      quietUntil = Date.now() + PLAIN_EVERY_MS
      write(`${status}\n`)
    },
    end() {},
  }
}
