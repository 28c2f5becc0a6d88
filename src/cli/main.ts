#!/usr/bin/env node
/** The command `ringback`: reads its line, runs a command, ends with its exit code. */
import { CommanderError } from 'commander'
import { RingbackError } from '../client/index.ts'
import { StartRefused } from '../errors.ts'
import { type Cli, createCli } from './frame/cli.ts'
import { EXIT, exitCodeOf, Failure } from './frame/exit.ts'
import { jsonText, plain } from './frame/terminal.ts'
import { createProgram } from './program.ts'

const line = process.argv.slice(2)
const cli = createCli()

// Whoever reads has seen enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
})

try {
  const program = createProgram(cli)
  if (line.length === 0) program.outputHelp()
  else await program.parseAsync(line, { from: 'user' })
} catch (error) {
  process.exitCode = exitCodeOf(error)
  tell(cli, error)
}

/** Says what went wrong; on a line of JSON where the data would have been JSON. */
function tell({ terminal }: Cli, error: unknown): void {
  // Commander has said it already, and an interruption needs no words.
  if (error instanceof CommanderError || (error as Error).message === '') return
  const told = toldOf(error)
  if (line.includes('--json')) {
    terminal.say(jsonText({ error: told }))
    return
  }
  terminal.say(`${terminal.paintTalk.red('error:')} ${plain(told.message)}`)
  for (const { path, message } of told.errors ?? [])
    terminal.say(plain(`  ${path || 'all of it'}: ${message}`))
}

function toldOf(error: unknown) {
  if (error instanceof RingbackError) {
    const { code, detail, status, errors, requestId } = error
    return { code, message: detail, status, errors, requestId }
  }
  const { message } = error as Error
  if (error instanceof Failure) return { code: error.code, message, errors: [] }
  if (error instanceof StartRefused) return { code: 'start_refused', message, errors: [] }
  throw error
}
