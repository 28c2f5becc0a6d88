/** Running a short-lived program to its end. */
import { spawn } from 'node:child_process'
import type { User } from './user.ts'

/** How a program ended. */
export interface Outcome {
  /** Its exit code; `undefined` when it could not be started or died of a signal. */
  code: number | undefined
  /** What it wrote to stdout and stderr, trimmed; or why it could not be started. */
  output: string
}

/**
 * The whole environment of a Postgres program. Nothing of ours is passed on: `PGDATA`, `PGPORT` and the like would change
 * what it does. The C locale keeps its messages the same everywhere, and on macOS keeps it single-threaded at start,
 * which it insists on.
 */
export const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }

/** Runs a program as `user`, from `/` since that user may not be able to enter our working directory. Never rejects. */
export function run(program: string, args: readonly string[], user: User = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const ended = (code: number | undefined, why = '') =>
      resolve({ code, output: Buffer.concat(chunks).toString().trim() || why })
    try {
      const child = spawn(program, args, {
        ...user,
        cwd: '/',
        env: ENVIRONMENT,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
      child.once('error', (error) => ended(undefined, error.message))
      child.once('close', (code, signal) => ended(code ?? undefined, signal ? `ended by ${signal}` : ''))
    } catch (error) {
      ended(undefined, String(error))
    }
  })
}
