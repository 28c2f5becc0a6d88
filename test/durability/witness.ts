/** A receiver that tells of each request before it is answered; the process of all of a test file's runs beside it. */
import { type ChildProcess, fork } from 'node:child_process'
import type { Line } from '../chaos/receiver-log.ts'
import type { Answer, WitnessNews, WitnessOrder } from './witness-process.ts'

export interface Witness {
  /** Where it takes callbacks. */
  url: string
  /** All that came, in the order of coming. */
  readonly lines: readonly Line[]
  /** Resolves once so many requests have come, or once they are as wanted. */
  waitFor(wanted: number | ((lines: readonly Line[]) => boolean), withinMs?: number): Promise<void>
}

/** Starts one that answers thus, one kind of answer after the other. */
export async function startWitness(...answers: readonly Answer[]): Promise<Witness> {
  running ??= start()
  const { child, port } = await running
  const path = `/${++count}`
  const lines: Line[] = []
  const watchers = new Set<() => void>()
  const ready = new Promise<void>((resolve) => {
    child.on('message', (news: WitnessNews) => {
      if (news.kind === 'ready' && news.path === path) resolve()
      if (news.kind !== 'came' || news.line.endpoint !== path) return
      lines.push(news.line)
      for (const look of watchers) look()
    })
  })
  child.send({ path, answers } satisfies WitnessOrder)
  await ready

  return {
    url: `http://127.0.0.1:${port}${path}`,
    lines,
    waitFor(wanted, withinMs = 20_000) {
      const isSo = typeof wanted === 'number' ? () => lines.length >= wanted : () => wanted(lines)
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timer)
          watchers.delete(look)
          settle()
        }
        const look = () => {
          if (isSo()) end(resolve)
        }
        const late = () => new Error(`Waited ${withinMs} ms for requests, in vain; ${lines.length} came.`)
        const timer = setTimeout(() => end(() => reject(late())), withinMs)
        watchers.add(look)
        look()
      })
    },
  }
}

let running: Promise<{ child: ChildProcess; port: number }> | undefined
let count = 0

/** It ends with the test's process. */
function start(): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(new URL('./witness-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  child.setMaxListeners(100)
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The witnesses ended with ${code}.`)))
    child.once('message', (news: WitnessNews) => {
      if (news.kind === 'listening') resolve({ child, port: news.port })
    })
  })
}
