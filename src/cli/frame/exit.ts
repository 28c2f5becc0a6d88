/** How the command ends: its exit codes, and which error leads to which. */
import { CommanderError } from 'commander'
import { RingbackError } from '../../client/index.ts'

/** Exit codes; `docs/cli.md` lists them, and they do not change. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  interrupted: 130,
  terminated: 143,
} as const

/** What each code says. */
export const EXIT_MEANINGS: Record<keyof typeof EXIT, string> = {
  ok: 'It is done.',
  failed:
    'It was tried and did not come out well: a signature that is not true, a delivery that failed, a finding of the doctor.',
  usage: 'The command line cannot be read, or leaves out what is needed.',
  refused: 'The API refused it: a key that may not, a thing that is not there, data that is not right.',
  unreachable: 'No answer came, or Ringback is out of order.',
  interrupted: 'Ctrl-C.',
  terminated: 'SIGTERM.',
}

/** An end that somebody asked for or must hear of. The message is for people, with the cure in it. */
export class Failure extends Error {
  override readonly name = 'Failure'

  constructor(
    readonly exitCode: number,
    message: string,
    /** For programs, in snake_case. */
    readonly code: string = 'failed',
  ) {
    super(message)
  }
}

/** The command line is not right. */
export const usage = (message: string) => new Failure(EXIT.usage, message, 'usage')

/** It was tried, and did not come out well. */
export const failed = (message: string, code?: string) => new Failure(EXIT.failed, message, code)

/** The code that an error ends the process with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Failure) return error.exitCode
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof RingbackError) {
    if (NO_ANSWER.includes(error.code) || (error.status ?? 0) >= 500) return EXIT.unreachable
    return error.status === undefined ? EXIT.failed : EXIT.refused
  }
  return EXIT.failed
}

const NO_ANSWER = ['network_error', 'timeout', 'answer_unreadable']
