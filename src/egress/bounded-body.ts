/** Gathers the beginning of an answer's body: little is kept, a little more is read so that the socket can be used again. */
export class BoundedBody {
  readonly #chunks: Uint8Array[] = []
  #kept = 0
  #read = 0

  /** @returns whether to read on; false once the body has proved longer than is worth reading */
  add(chunk: Uint8Array): boolean {
    this.#read += chunk.length
    if (this.#kept < KEPT_BYTES) {
      const part = chunk.subarray(0, KEPT_BYTES - this.#kept)
      this.#chunks.push(part)
      this.#kept += part.length
    }
    return this.#read < READ_BYTES
  }

  /** Whether more came than is kept. */
  get truncated(): boolean {
    return this.#read > this.#kept
  }

  /** The first bytes, at most 16 KiB, copied out of the larger buffers they arrived in. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks, this.#kept)
  }
}

/** Enough to see what a receiver complains about. */
const KEPT_BYTES = 16 * 1_024

/** Reading an answer out lets its socket serve the next request; beyond this a new socket is the cheaper one. */
const READ_BYTES = 64 * 1_024
