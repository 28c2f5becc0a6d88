/** What is being done, so that it can be waited for. */
export interface InFlight {
  add<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when nothing is being done. */
  idle(): Promise<void>
}

export function createInFlight(): InFlight {
  const all = new Set<Promise<unknown>>()
  return {
    add(work) {
      const done = work()
      const settled: Promise<unknown> = done.then(
        () => all.delete(settled),
        () => all.delete(settled),
      )
      all.add(settled)
      return done
    },
    async idle() {
      while (all.size > 0) await Promise.all(all)
    },
  }
}
