/** The process that shows the limit, as the measurements see it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { NODE_FLAGS } from './node-flags.ts'
import type { RawTask } from './raw-process.ts'

/**
 * @param preload imported by it before all else
 * @returns callbacks per second
 */
export async function measureRaw(task: RawTask, preload?: URL): Promise<number> {
  const execArgv = [...process.execArgv, ...NODE_FLAGS, ...(preload ? ['--import', preload.href] : [])]
  const child = fork(new URL('./raw-process.ts', import.meta.url), { execArgv })
  child.send(task)
  const broken = once(child, 'exit').then(() => {
    throw new Error('The raw sender ended without a figure.')
  })
  const [perSecond] = (await Promise.race([once(child, 'message'), broken])) as [number]
  return perSecond
}
