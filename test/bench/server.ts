/** A Ringback in a process of its own, started as `npm start` does, and spoken to over HTTP alone. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Closing } from '../../src/closing.ts'
import { packageFolder } from '../../src/package.ts'
import { milliseconds } from './figures.ts'
import { NODE_FLAGS } from './node-flags.ts'

export interface Server {
  /** `http://127.0.0.1:<port>/` */
  url: string
  /** Of its Node process. */
  pid: number
  /** From the start of the process until `/readyz` answered 200. */
  readyMs: number
  /** Calls the API. @throws Error when the answer is not a 2xx */
  call(method: string, path: string, body?: unknown): Promise<unknown>
  /** Resident memory of its Node process, in MB; undefined where there is no `/proc`. */
  memory(): Promise<number | undefined>
  /** Safe to repeat. */
  stop(): Promise<void>
}

export const ADMIN_KEY = 'the-key-of-the-bench-0123456789abcdef'

/**
 * Starts it.
 * @param closing told at once how it is stopped, since an interrupt may come before it is ready
 */
export async function startServer(settings: Record<string, string>, closing: Closing): Promise<Server> {
  const began = milliseconds()
  const { child, stop, url } = await startProcess(settings, closing)
  if (!url) throw new Error('Ringback did not say where it listens.')
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const text = body === undefined ? '' : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${ADMIN_KEY}`,
        ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      }
      const sent = request(new URL(path, url), { method, agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          const answer = Buffer.concat(chunks).toString()
          const { statusCode = 0 } = response
          if (statusCode < 200 || statusCode > 299)
            reject(new Error(`${method} ${path}: ${statusCode} ${answer}`))
          else resolve(answer === '' ? undefined : JSON.parse(answer))
        })
      })
      sent.once('error', (error: NodeJS.ErrnoException) => {
        // An idle connection was closed just as it was taken up again: nothing was read of the request.
        if (sent.reusedSocket && error.code === 'ECONNRESET') call(method, path, body).then(resolve, reject)
        else reject(error)
      })
      sent.end(text)
    })
  }

  await call('GET', '/readyz')
  const readyMs = milliseconds() - began
  return {
    url,
    pid: child.pid!,
    readyMs,
    call,
    memory: () => residentMemory(child.pid!),
    stop,
  }
}

/** Starts one without an API: a worker. @returns what stops it */
export async function startWorker(
  settings: Record<string, string>,
  closing: Closing,
): Promise<Pick<Server, 'stop'>> {
  const { stop } = await startProcess({ ...settings, RINGBACK_ROLES: 'worker,upkeep' }, closing)
  return { stop }
}

async function startProcess(settings: Record<string, string>, closing: Closing) {
  const main = fileURLToPath(new URL('dist/src/main.js', packageFolder))
  const child = spawn(process.execPath, [...NODE_FLAGS, main], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      RINGBACK_ADMIN_KEY: ADMIN_KEY,
      RINGBACK_EGRESS_ALLOW: '127.0.0.0/8',
      RINGBACK_REQUIRE_HTTPS: 'false',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  async function stop() {
    child.kill()
    await exited
  }
  closing.add('ringback', stop)
  const url = await ready(createInterface({ input: child.stdout }))
  child.stdout.resume()
  return { child, stop, url }
}

/** The line that says the start is done has the address, if there is an API. */
async function ready(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) {
    if (!line.startsWith('{')) continue
    const { msg, url } = JSON.parse(line) as { msg: string; url?: string }
    if (msg === 'Ringback is ready.') return url
  }
  throw new Error('Ringback did not start.')
}

async function residentMemory(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
}
