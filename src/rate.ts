/** How often something may be done: so many times in so many seconds. */
export interface Rate {
  count: number
  seconds: number
}

/** Beyond these it is a typing error, or no limit at all. */
const MOST = { count: 1_000_000, seconds: 3_600 } as const

/** The rule in words, as an end to "must be". */
export const RATE_RULE = `off, or how often in how many seconds, such as 100/1: up to ${MOST.count} in 1 to ${MOST.seconds}`

/**
 * Reads a rate such as `600/60`.
 * @returns null for `off`, undefined for what is no rate
 */
export function parseRate(text: string): Rate | null | undefined {
  if (text === 'off') return null
  const [, count, seconds] = (/^(\d{1,7})\/(\d{1,4})$/.exec(text) ?? []).map(Number)
  return isWithin(count, MOST.count) && isWithin(seconds, MOST.seconds) ? { count, seconds } : undefined
}

const isWithin = (value: number | undefined, most: number): value is number =>
  value !== undefined && value >= 1 && value <= most
