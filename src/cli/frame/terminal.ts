/** Where the command writes: data to stdout, talk to stderr, colours and questions where a person sits. */

/** Words in colour where colours are shown, plain elsewhere. */
export type Paint = Record<'red' | 'green' | 'yellow' | 'dim' | 'bold', (text: string) => string>

/** The streams of the process. */
export interface Terminal {
  /** A line of data. */
  print(line: string): void
  /** A line of talk. */
  say(line: string): void
  /** For what goes to stdout. */
  paint: Paint
  /** For what goes to stderr. */
  paintTalk: Paint
  /** Whether a person can be asked: both ends are terminals. */
  isInteractive: boolean
  /** Whether lines of talk may be drawn over, in colour. */
  canDraw: boolean
}

/** The part of a stream that is looked at. */
type Out = NodeJS.WritableStream & { isTTY?: boolean }

/** What a terminal is made of. */
export interface TerminalParts {
  stdin: { isTTY?: boolean }
  stdout: Out
  stderr: Out
  env: NodeJS.ProcessEnv
}

export function createTerminal({ stdin, stdout, stderr, env }: TerminalParts): Terminal {
  // Source: no-color.org; what is there and not empty counts.
  const wanted = !env.NO_COLOR && env.TERM !== 'dumb'
  const isPerson = !env.CI && stderr.isTTY === true
  return {
    print: (line) => void stdout.write(`${line}\n`),
    say: (line) => void stderr.write(`${line}\n`),
    paint: paintFor(wanted && stdout.isTTY === true),
    paintTalk: paintFor(wanted && stderr.isTTY === true),
    isInteractive: isPerson && stdin.isTTY === true,
    canDraw: isPerson && wanted,
  }
}

/** Source: ECMA-48, SGR. */
const CODES = { red: [31, 39], green: [32, 39], yellow: [33, 39], dim: [2, 22], bold: [1, 22] } as const

function paintFor(shown: boolean): Paint {
  const entries = Object.entries(CODES).map(([name, [on, off]]) => [
    name,
    (text: string) => (shown ? `\u001B[${on}m${text}\u001B[${off}m` : text),
  ])
  return Object.fromEntries(entries) as Paint
}

/**
 * Text of others as it may be shown: what a receiver answered or a tenant was named could otherwise steer the terminal.
 * Line breaks go too, so that a line stays one.
 */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001F\u007F-\u009F]/g, (sign) =>
    sign === '\n' || sign === '\t' ? ' ' : `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

/** JSON as it may be shown: `JSON.stringify` leaves the upper control characters. */
export const jsonText = (value: unknown, space?: number): string =>
  (JSON.stringify(value, null, space) ?? 'null').replace(
    /[\u007F-\u009F]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
