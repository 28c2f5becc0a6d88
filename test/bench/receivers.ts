/** The process of many receivers, as a scenario sees it. */
import { fork } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Question, ReceiversApi, Reply, Second } from './receivers-process.ts'

export interface Receivers {
  /** Of their process. */
  pid: number
  /** Where the receivers of a group are: `http://127.0.0.1:<port>/<group>/<i>`. */
  urlOf(group: string, i: number): string
  behave(group: string, answer: Answer): Promise<void>
  /** Answers whatever hangs with 204. */
  release(): Promise<void>
  count(group: string): Promise<{ distinct: number; requests: number }>
  /** When each event first came, in `milliseconds()`. */
  arrivals(group: string): Promise<Map<string, number>>
  /** A group's seconds, in order. */
  story(group: string): Promise<Second[]>
  /** Resolves when so many different events have come to a group. @throws Error when no more come for a while */
  arrived(group: string, distinct: number): Promise<void>
  forget(): Promise<void>
  stop(): void
}

/** Longer than any wait that is not a fault. */
const PATIENCE_MS = 40_000

export async function startReceivers(): Promise<Receivers> {
  const child = fork(new URL('./receivers-process.ts', import.meta.url))
  const asked = new Map<number, (result: unknown) => void>()
  let questions = 0
  child.on('message', ({ n, result }: Reply) => {
    asked.get(n)?.(result)
    asked.delete(n)
  })
  await new Promise((resolve) => asked.set(0, resolve))

  function ask<M extends keyof ReceiversApi>(
    method: M,
    ...args: Parameters<ReceiversApi[M]>
  ): Promise<ReturnType<ReceiversApi[M]>> {
    const n = ++questions
    return new Promise((resolve) => {
      asked.set(n, resolve as (result: unknown) => void)
      child.send({ n, method, args } satisfies Question)
    })
  }

  const port = await ask('port')
  return {
    pid: child.pid!,
    urlOf: (group, i) => `http://127.0.0.1:${port}/${group}/${i}`,
    behave: (group, answer) => ask('behave', group, answer),
    release: () => ask('release'),
    count: (group) => ask('count', group),
    arrivals: async (group) => new Map(await ask('arrivals', group)),
    story: async (group) => (await ask('story', group)).sort((a, b) => a.at - b.at),
    async arrived(group, distinct) {
      let [last, since] = [0, Date.now()]
      for (;;) {
        const now = (await ask('count', group)).distinct
        if (now >= distinct) return
        if (now > last) [last, since] = [now, Date.now()]
        if (Date.now() - since > PATIENCE_MS)
          throw new Error(`${now} of ${distinct} events have come to "${group}", and no more come.`)
        await pause(10)
      }
    },
    forget: () => ask('forget'),
    stop() {
      child.kill()
    },
  }
}
