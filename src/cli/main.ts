#!/usr/bin/env node
/** The command `ringback`: reads its line, runs a command, ends with its exit code. */
import { type Command, CommanderError } from 'commander'
import { RingbackError } from '../client/index.ts'
import { StartRefused } from '../errors.ts'
import { type Cli, createCli } from './frame/cli.ts'
import { EXIT, exitCodeOf, Failure } from './frame/exit.ts'
import { jsonText, plain } from './frame/terminal.ts'
import { createProgram } from './program.ts'

const line = process.argv.slice(2)
const isJson = line.includes('--json')
const cli = createCli()

// Whoever reads has seen enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
})

try {
  const program = createProgram(cli)
  if (isJson) mute(program)
  if (line.length === 0) program.outputHelp()
  else await program.parseAsync(line, { from: 'user' })
} catch (error) {
  process.exitCode = exitCodeOf(error)
  tell(cli, error)
}

/** Commander says its errors in words; a line of JSON is ours to say. */
function mute(command: Command): void {
  command.configureOutput({ writeErr: () => {} })
  for (const one of command.commands) mute(one)
}

/** Says what went wrong; on a line of JSON where the data would have been JSON. */
function tell({ terminal }: Cli, error: unknown): void {
  // An interruption needs no words, nor what is no error; and Commander has said its own already, unless it was muted.
  if ((error as Error).message === '') return
  if (error instanceof CommanderError && (!isJson || error.exitCode === 0)) return
  const told = toldOf(error)
  if (isJson) {
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
  if (error instanceof CommanderError)
    return { code: 'usage', message: message.replace(/^error: /, ''), errors: [] }
  if (error instanceof StartRefused) return { code: 'start_refused', message, errors: [] }
  throw error
}
