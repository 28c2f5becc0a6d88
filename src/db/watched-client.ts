/** A connection of our own pool, each of whose answers is watched over. */
import pg from 'pg'
import { createLineWatch } from './line-watch.ts'

/** Makes the class of a pool's connections. */
export function watchedClient(connectionString: string): typeof pg.Client {
  const watch = createLineWatch(connectionString)

  return class WatchedClient extends pg.Client {
    // pg has a dozen forms of this. In common they have that a last argument which is a function is told of the end, and
    // that a promise is given without one.
    // biome-ignore lint/suspicious/noExplicitAny: as pg declares it
    override query(...args: any[]): any {
      const ask = super.query as (...args: unknown[]) => Promise<unknown>
      const ended = watch(this)
      const tell = args.at(-1)
      if (typeof tell === 'function') return ask.apply(this, [...args.slice(0, -1), heard(ended, tell)])
      const answer = ask.apply(this, args)
      answer.then(ended, ended)
      return answer
    }
  }
}

const heard =
  (ended: () => void, tell: (...answer: unknown[]) => void) =>
  (...answer: unknown[]) => {
    ended()
    tell(...answer)
  }
