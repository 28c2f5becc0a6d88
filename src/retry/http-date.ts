/**
 * Dates as HTTP writes them, in all three forms that a recipient must read:
 *
 *     Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate, the one to send
 *     Sunday, 06-Nov-94 08:49:37 GMT    RFC 850, obsolete
 *     Sun Nov  6 08:49:37 1994          asctime, obsolete
 *
 * `Date.parse` would also take much that is no HTTP date, and read it in the machine's own time zone.
 *
 * Source: RFC 9110 section 5.6.7.
 */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const LONG_DAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)'

const FORMS = [
  new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<shortYear>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^${DAY_NAME} ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`),
]

/**
 * @param now milliseconds since the epoch, from which a two-digit year is read
 * @returns milliseconds since the epoch; null when `text` is no HTTP date. The day's name is not held against its date.
 */
export function parseHttpDate(text: string, now: number): number | null {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups
    if (parts) return timeOf(parts, now)
  }
  return null
}

function timeOf(parts: Record<string, string | undefined>, now: number): number | null {
  const month = MONTHS.indexOf(parts.month ?? '')
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number) as Four
  if (hour > 23 || minute > 59 || second > LEAP_SECOND) return null
  const year = parts.year === undefined ? fullYear(Number(parts.shortYear), now) : Number(parts.year)

  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return null // 31 Feb
  return date.setUTCHours(hour, minute, second)
}

type Four = [number, number, number, number]

/** `23:59:60` is in the grammar. */
const LEAP_SECOND = 60

/** The latest year with these digits that is at most 50 years ahead. */
function fullYear(lastTwoDigits: number, now: number): number {
  const latest = new Date(now).getUTCFullYear() + 50
  return latest - ((latest - lastTwoDigits) % 100)
}
