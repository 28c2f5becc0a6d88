/** The command as it is installed: the built file, in a process of its own. `npm run build` comes first. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Variables, withoutSettings } from '../setup/environment.ts'
import { until } from '../setup/until.ts'

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

/** Where nothing lies that it could find by itself. */
const NOWHERE = mkdtempSync(join(tmpdir(), 'ringback-cli-'))

/** How it is run. */
export interface RunOptions {
  variables?: Variables
  cwd?: string
  /** What comes on stdin. */
  input?: string
  /** Whether it runs in a pseudo terminal: then both streams are one. */
  terminal?: boolean
}

/** What it did. */
export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** A command that runs. */
export interface Running {
  stdout(): string
  stderr(): string
  /** Types, in a terminal. */
  type(keys: string): void
  /** Resolves when it has said so, on either stream. */
  waitFor(said: string | RegExp, withinMs?: number): Promise<void>
  kill(signal: NodeJS.Signals): void
  ended: Promise<Ran>
}

/** Whether this machine can make a pseudo terminal. In CI it must. */
export const hasTerminal = spawnSync('script', ['--version']).status === 0
if (!hasTerminal && process.env.CI)
  throw new Error('There is no `script` of util-linux: in CI it must be there.')

/** Runs it to its end. */
export async function ringback(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return startCommand(args, { input: '', ...options }).ended
}

/** Its JSON, when it ended well. @throws with what it said otherwise */
export async function ringbackJson<T = unknown>(
  args: readonly string[],
  options: RunOptions = {},
): Promise<T> {
  const { code, stdout, stderr } = await ringback([...args, '--json'], options)
  if (code !== 0) throw new Error(`ringback ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as T
}

/** Starts it; it ends with us. */
export function startCommand(args: readonly string[], options: RunOptions = {}): Running {
  const { variables = {}, cwd = NOWHERE, input, terminal = false } = options
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...inherited } = withoutSettings(process.env)
  const env = { ...inherited, TERM: 'xterm', XDG_CONFIG_HOME: NOWHERE, ...variables }
  const [file, ...words] = terminal
    ? [
        'script',
        '-qec',
        `stty cols 120 rows 40; ${[process.execPath, MAIN, ...args].map(quoted).join(' ')}`,
        '/dev/null',
      ]
    : [process.execPath, MAIN, ...args]
  const child = spawn(file!, words, { cwd, env, stdio: 'pipe', detached: true })
  const endWithUs = () => send('SIGKILL')
  process.once('exit', endWithUs)

  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => {})
  if (input !== undefined) child.stdin.end(input)

  let isOver = false
  const ended = once(child, 'close').then(([code]) => {
    isOver = true
    process.off('exit', endWithUs)
    return { code: code as number | null, stdout, stderr }
  })

  function send(signal: NodeJS.Signals) {
    if (child.pid !== undefined && !isOver) process.kill(-child.pid, signal)
  }

  return {
    stdout: () => stdout,
    stderr: () => stderr,
    type: (keys) => child.stdin.write(keys),
    kill: send,
    ended,
    async waitFor(said, withinMs) {
      await until(
        () => {
          const text = stdout + stderr
          if (isOver && !matches(text, said)) throw new Error(`It ended before it said ${said}:\n${text}`)
          return text
        },
        (text) => matches(text, said),
        `it to say ${said}`,
        withinMs,
      )
    },
  }
}

const matches = (text: string, said: string | RegExp) =>
  typeof said === 'string' ? text.includes(said) : said.test(text)

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
