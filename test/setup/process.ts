/** Ringback as a process of its own, as an operator runs it: real signals, a real end. `npm run build` comes first. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Api, createApi } from './api.ts'
import { type Variables, withoutSettings } from './environment.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

/** The checkout whose build is run unless told. */
const OURS = fileURLToPath(new URL('../..', import.meta.url))

/** How a process ended. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A Ringback in a process of its own. */
export interface RingbackProcess {
  url: string
  api: Api
  /** All that it wrote, on both streams. */
  output(): string
  /** Resolves when `/readyz` answers 200. @throws with the tail of its output when it ends before that */
  waitReady(): Promise<void>
  /** @param whole whether its process group, that is whatever it started there, is meant too */
  kill(signal: NodeJS.Signals, whole?: boolean): Promise<Ended>
  /** How it ended, once it has. */
  ended: Promise<Ended>
}

/** A first start makes a database, on a machine that may be busy. */
const READY_WITHIN_MS = 60_000

/** How it is started, where that is not `node dist/src/main.js` of this checkout. */
export interface StartedBy {
  command: readonly [program: string, ...args: string[]]
  cwd: string
}

const byNode = (checkout: string): StartedBy => ({
  command: [process.execPath, join(checkout, 'dist/src/main.js')],
  cwd: process.cwd(),
})

/**
 * Starts a Ringback as the leader of a process group. It ends with us, however we end.
 * @param variables all its settings; with `RINGBACK_ADMIN_KEY` its API can be called; a free port unless `PORT` is told
 * @param checkout where its build is
 * @param by how it is started instead
 */
export async function startProcess(
  variables: Variables,
  checkout = OURS,
  { command, cwd }: StartedBy = byNode(checkout),
): Promise<RingbackProcess> {
  const port = variables.PORT && variables.PORT !== '0' ? variables.PORT : `${await freePort()}`
  const url = `http://127.0.0.1:${port}/`
  const [program, ...args] = command
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...withoutSettings(process.env), ...variables, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })

  const endWithUs = () => send('SIGKILL', true)
  process.once('exit', endWithUs)
  let isOver = false
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    isOver = true
    process.off('exit', endWithUs)
    return { code, signal }
  })

  function send(signal: NodeJS.Signals, whole: boolean) {
    if (child.pid !== undefined && !isOver) process.kill(whole ? -child.pid : child.pid, signal)
  }

  return {
    url,
    api: createApi(url, variables.RINGBACK_ADMIN_KEY ?? ''),
    output: () => output,
    ended,
    async waitReady() {
      await until(
        async () => {
          if (isOver) throw new Error(`Ringback ended before it was ready:\n${tail(output)}`)
          return fetch(new URL('readyz', url)).then(
            (answer) => answer.status,
            () => 'no answer',
          )
        },
        (status) => status === 200,
        'Ringback to be ready',
        READY_WITHIN_MS,
      )
    },
    async kill(signal, whole = false) {
      send(signal, whole)
      return ended
    },
  }
}

/** The last lines of a log, for a person who wants to know what went wrong. */
export const tail = (text: string, lines = 30) => text.trimEnd().split('\n').slice(-lines).join('\n')
