/** The receiver's process, as the measurements see it. */
import { fork } from 'node:child_process'
import type { SinkNews, SinkQuestion } from './sink-process.ts'

export interface Sink {
  url: string
  /** Different events that have arrived, as of a moment ago. */
  readonly distinct: number
  /** Requests that have arrived; more than `distinct` when one was sent twice. */
  readonly requests: number
  /** Resolves when so many different events have arrived. Rejects when none comes for a while. */
  arrived(distinct: number): Promise<void>
  /** When each event first arrived, in `milliseconds()`. */
  arrivals(): Promise<Map<string, number>>
  /** Counts from zero again. */
  forget(): Promise<void>
  stop(): void
}

/** Longer than any wait that is not a fault: nothing is retried here, since the sink takes everything. */
const PATIENCE = 20_000

export async function startSink(): Promise<Sink> {
  const child = fork(new URL('./sink-process.ts', import.meta.url))
  const listeners = new Set<(news: SinkNews) => void>()
  child.on('message', (news: SinkNews) => {
    for (const listener of [...listeners]) listener(news)
  })

  function next<K extends SinkNews['kind']>(kind: K): Promise<Extract<SinkNews, { kind: K }>> {
    return new Promise((resolve) => {
      listeners.add(function listen(news) {
        if (news.kind !== kind) return
        listeners.delete(listen)
        resolve(news as Extract<SinkNews, { kind: K }>)
      })
    })
  }

  async function ask<K extends SinkNews['kind']>(question: SinkQuestion, kind: K) {
    const answer = next(kind)
    child.send(question)
    return answer
  }

  let count = { distinct: 0, requests: 0 }
  listeners.add((news) => {
    if (news.kind === 'count') count = news
    if (news.kind === 'forgotten') count = { distinct: 0, requests: 0 }
  })

  const { port } = await next('listening')
  return {
    url: `http://127.0.0.1:${port}/`,
    get distinct() {
      return count.distinct
    },
    get requests() {
      return count.requests
    },
    async arrived(distinct) {
      while (count.distinct < distinct) {
        const late = new Error(`${count.distinct} of ${distinct} events have arrived, and no more come.`)
        await Promise.race([next('count'), rejectLater(late)])
      }
    },
    arrivals: async () => new Map((await ask('arrivals', 'arrivals')).arrivals),
    forget: async () => {
      await ask('forget', 'forgotten')
    },
    stop() {
      child.kill()
    },
  }
}

const rejectLater = (error: Error) =>
  new Promise<never>((_, reject) => {
    setTimeout(reject, PATIENCE, error).unref()
  })
