/**
 * The postmaster, Postgres' first process, as its data directory tells of it.
 *
 * Source: PostgreSQL 18 documentation, section 19.3; the lines of `postmaster.pid` are numbered in the server's
 * `src/include/utils/pidfile.h`.
 */
import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { SECOND } from '../../duration.ts'
import { run } from './run.ts'
import { waitUntil } from './wait.ts'

/** What `postmaster.pid` says. */
export interface PostmasterFile {
  pid: number
  /** Whether it has said that it takes connections. */
  ready: boolean
}

/** The file's place; Postgres makes it first thing and removes it last thing, unless it is killed. */
export const postmasterFile = (data: string) => join(data, 'postmaster.pid')

/** Reads it; `undefined` when there is none, or it is being written. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(postmasterFile(data), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number.parseInt(lines[0] ?? '', 10)
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined
}

/** Whether that process is the postmaster of this data directory: ids are used again, and a signal must not go astray. */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  if (directory !== undefined) return directory === data
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(
    async () => (await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).output,
  )
  return command.replaceAll('\0', ' ').includes(`-D ${data} `)
}

/** Whether a process runs. One that has ended is dead although nobody took note: in a container, often nobody does. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!isTaken(pid)) return false
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return !/\) [ZX] /.test(stat)
}

/** Whether a process has this id, be it a dead one that nobody took note of. */
export function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Postgres' own words for it: SIGINT is the fast shutdown, which ends every session and writes a last checkpoint; SIGQUIT
 * is the immediate one, which the next start recovers from, as it would after SIGKILL.
 */
const STEPS = [
  { signal: 'SIGINT', patience: 20 * SECOND },
  { signal: 'SIGQUIT', patience: 10 * SECOND },
  { signal: 'SIGKILL', patience: 5 * SECOND },
] as const

/** Ends a postmaster: politely, then not. Resolves when the process is gone. */
export async function shutDown(pid: number): Promise<void> {
  for (const { signal, patience } of STEPS) {
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    if (await waitUntil(async () => !(await isAlive(pid)), patience)) return
  }
}
