/** How far something is: a bar where lines can be drawn over, a line at each change elsewhere. */
import type { Terminal } from './terminal.ts'

/** Something under way. */
export interface Progress {
  /** @param done of all that there is */
  set(done: number, says: string): void
  end(says: string): void
}

/** @param all what there is to do; at least 1 */
export async function showProgress(terminal: Terminal, title: string, all: number): Promise<Progress> {
  if (!terminal.canDraw) return lines(terminal, title)
  const { progress } = await import('@clack/prompts')
  const bar = progress({ max: Math.max(1, all), output: process.stderr })
  let shown = 0
  bar.start(title)
  return {
    set(done, says) {
      bar.advance(Math.max(0, done - shown), says)
      shown = Math.max(shown, done)
    },
    end: (says) => bar.stop(says),
  }
}

function lines(terminal: Terminal, title: string): Progress {
  let last = ''
  const say = (says: string) => {
    if (says !== last) terminal.say(says)
    last = says
  }
  terminal.say(title)
  return { set: (_, says) => say(says), end: say }
}
