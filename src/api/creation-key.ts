/**
 * Where a row stands in a list of things that a caller named (tenants, event types): by the time of its making, and by
 * its name among those of one moment. For `readPage`.
 */

/** Milliseconds since the epoch, and the name. */
export type CreationKey = `${number}:${string}`

/** What the stores of such lists ask for. */
export interface CreationPosition {
  createdAt: Date
  name: string
}

/** Whether a text can be such a key. */
export const isCreationKey = (text: string): text is CreationKey => /^\d{1,14}:./.test(text)

/** The key of a row. */
export const creationKey = (createdAt: Date, name: string): CreationKey => `${createdAt.getTime()}:${name}`

/** Back from the key to the position. */
export function positionOf(key: CreationKey): CreationPosition {
  const colon = key.indexOf(':')
  return { createdAt: new Date(Number(key.slice(0, colon))), name: key.slice(colon + 1) }
}
