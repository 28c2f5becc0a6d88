/** Bounds on how long we wait for something that we cannot stop. */
import { unavailable } from '../errors.ts'

/**
 * The result of `work`, or a rejection once `ms` milliseconds have passed. The work itself goes on unheard.
 * @throws RingbackError `unavailable` with `message`
 */
export async function within<T>(ms: number, work: Promise<T>, message: string): Promise<T> {
  if (await settlesWithin(ms, work)) return work
  throw unavailable(message)
}

/** Whether `work` resolves or rejects before `ms` milliseconds have passed. Never rejects. */
export async function settlesWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const settled = work.then(
    () => true,
    () => true,
  )
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  return Promise.race([settled, late]).finally(() => clearTimeout(timer))
}
