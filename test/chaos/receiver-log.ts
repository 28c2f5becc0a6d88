/** The log that a receiver writes before it answers: what the whole judgement rests on. */
import { readFile } from 'node:fs/promises'

/** One request that came. */
export interface Line {
  /** When, in milliseconds since the epoch. */
  at: number
  /** The path that it came to; each endpoint has its own. */
  endpoint: string
  /** Its `webhook-id`: the event. */
  id: string
  /** What it is answered, a moment after this is written. */
  status: number
}

export const isTaken = ({ status }: Line) => status >= 200 && status < 300

/** Reads a log, in the order of writing. */
export async function readLog(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}
