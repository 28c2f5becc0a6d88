import { StartRefused } from '../errors.ts'
import type { Part } from './needs.ts'

/** How a part does, by whether a question to it is answered. */
export async function partOf(check: () => Promise<unknown>): Promise<Part> {
  try {
    await check()
    return { ok: true }
  } catch (error) {
    return { ok: false, detail: wordFor(error) }
  }
}

/** What the network and Postgres call it: `ECONNREFUSED`, `57P03`. */
const CODE = /^[A-Z0-9_]+$/

/** Everybody may ask how the parts do. So they are told what is wrong, and not at which address. */
function wordFor(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    // Words of ours, for whoever can cure it.
    if (at instanceof StartRefused) return at.message
    if ('code' in at && typeof at.code === 'string' && CODE.test(at.code)) return at.code
  }
  return 'does not answer'
}
