/** What a person sees: a lively terminal, or plain lines where there is none, or where colour is not wanted. */
import * as clack from '@clack/prompts'

/** A step that takes a while. */
export interface Step {
  done(text: string): void
}

/** A step whose progress can be told. */
export interface Bar extends Step {
  advance(): void
  reach(count: number): void
}

/** Where the demo says what it does. */
export interface Ui {
  intro(text: string): void
  step(text: string): Step
  bar(text: string, max: number): Bar
  list(title: string, lines: readonly string[]): void
  note(title: string, lines: readonly string[]): void
  outro(text: string): void
  failed(text: string): void
}

/** The kind that suits standard output. Source of `NO_COLOR`: no-color.org. */
export const openUi = (): Ui => (process.stdout.isTTY && !process.env.NO_COLOR ? livelyUi() : plainUi())

function livelyUi(): Ui {
  const erase = '\r\x1b[K'
  const write = (text: string) => process.stdout.write(text)
  // The prompts library has bars of its own; they take the keyboard, and Ctrl-C then ends the process on the spot.
  const show = (text: string) => write(`${erase}${clack.S_STEP_ACTIVE}  ${text.slice(0, columns() - 4)}`)
  const columns = () => process.stdout.columns || 80
  return {
    intro: (text) => clack.intro(text),
    step(text) {
      show(text)
      return {
        done(result) {
          write(erase)
          clack.log.success(result)
        },
      }
    },
    bar(text, max) {
      let count = 0
      const draw = () => show(`${gauge(count, max)} ${`${count}`.padStart(`${max}`.length)}/${max}  ${text}`)
      draw()
      return {
        advance() {
          count++
          draw()
        },
        reach(reached) {
          count = reached
          draw()
        },
        done(result) {
          write(erase)
          clack.log.success(result)
        },
      }
    },
    list: (title, lines) => clack.log.info([title, ...lines.map((line) => `  ${line}`)].join('\n')),
    // Not in a box: what is to be copied must not be wrapped or framed.
    note: (title, lines) => {
      clack.log.step(title)
      write(`\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`)
    },
    outro: (text) => clack.outro(text),
    failed: (text) => {
      write(erase)
      clack.log.error(text)
    },
  }
}

const GAUGE_WIDTH = 24

const gauge = (count: number, max: number) => {
  const full = max === 0 ? GAUGE_WIDTH : Math.floor((count / max) * GAUGE_WIDTH)
  return `${clack.unicodeOr('█', '#').repeat(full)}${clack.unicodeOr('░', '-').repeat(GAUGE_WIDTH - full)}`
}

function plainUi(): Ui {
  const line = (text: string) => process.stdout.write(`${text}\n`)
  const block = (title: string, lines: readonly string[]) => {
    line(title)
    for (const one of lines) line(`  ${one}`)
  }
  return {
    intro: line,
    step(text) {
      line(`${text} ...`)
      return { done: line }
    },
    bar(text) {
      line(`${text} ...`)
      return { advance() {}, reach() {}, done: line }
    },
    list: block,
    note(title, lines) {
      line('')
      block(title, lines)
      line('')
    },
    outro: line,
    failed: line,
  }
}
