import type { Part } from './needs.ts'

/** How a part does, by whether a question to it is answered. */
export async function partOf(check: () => Promise<unknown>): Promise<Part> {
  try {
    await check()
    return { ok: true }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
