/** Lists that come in pages. */

/** One page of a list. */
export interface Page<T> {
  data: T[]
  /** For the next page; null at the end. */
  nextCursor: string | null
}

/**
 * A list. Nothing is asked for until it is read.
 * @example for await (const delivery of client.deliveries.list('acme')) console.log(delivery.id)
 * @example const { data, nextCursor } = await client.deliveries.list('acme', { limit: 20 }).page()
 */
export interface Pages<T> extends AsyncIterable<T> {
  /** The first page; or the one that `cursor`, the `nextCursor` of another, stands for. */
  page(cursor?: string): Promise<Page<T>>
}

/** @param read asks for one page; undefined is the first */
export function createPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Pages<T> {
  return {
    page: read,
    async *[Symbol.asyncIterator]() {
      let cursor: string | undefined
      do {
        const page = await read(cursor)
        yield* page.data
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
  }
}
