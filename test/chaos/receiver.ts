/** The receiver's process, as the harness sees it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type Line, readLog } from './receiver-log.ts'
import type { ReceiverNews, ReceiverOptions } from './receiver-process.ts'

export interface LoggingReceiver {
  /** `http://127.0.0.1:<port>/`; any path under it is an endpoint. */
  url: string
  /** Different events that it took, as of a moment ago. */
  readonly taken: number
  /** Different events that came, as of a moment ago. */
  readonly met: number
  /** All that came, in the order of its answers. */
  lines(): Promise<Line[]>
  stop(): Promise<void>
}

export async function startLoggingReceiver(options: ReceiverOptions): Promise<LoggingReceiver> {
  const child = fork(new URL('./receiver-process.ts', import.meta.url), [JSON.stringify(options)])
  let count = { taken: 0, met: 0 }
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (news: ReceiverNews) => {
      if (news.kind === 'listening') resolve(news.port)
      else count = news
    })
    child.once('exit', (code) => reject(new Error(`The receiver ended with ${code}.`)))
  })
  return {
    url: `http://127.0.0.1:${port}/`,
    get taken() {
      return count.taken
    },
    get met() {
      return count.met
    },
    lines: () => readLog(options.file),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
