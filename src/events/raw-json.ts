/**
 * Where the members of a JSON text lie, so that they can be cut out as they were written. Parsing and writing again
 * would lose duplicate keys, `1e400`, `-0`, escapes and key order; what a host sent is what is signed and delivered.
 *
 * Every function here is linear in its input and keeps no call stack, so that deep nesting costs nothing.
 *
 * Source: RFC 8259.
 */

/** A part of a text: `text.slice(start, end)`. */
export interface Slice {
  start: number
  end: number
}

/**
 * The values of an object's members.
 * @param text JSON that `JSON.parse` has accepted
 * @param from where the object begins, white space before it aside
 * @returns keys as they read once unescaped, in order of first appearance; of duplicates the last counts, as in
 * `JSON.parse`. `__proto__` is a key like any other.
 * @throws Error when there is no object
 */
export function memberSlices(text: string, from = 0): Map<string, Slice> {
  const slices = new Map<string, Slice>()
  let at = enter(text, from, '{')
  while (text[at] !== '}') {
    const keyEnd = endOfString(text, at)
    const start = skipSpace(text, skipSpace(text, keyEnd) + COLON.length)
    const end = endOfValue(text, start)
    slices.set(readKey(text, at, keyEnd), { start, end })
    at = skipSeparator(text, end)
  }
  return slices
}

/**
 * The elements of an array, in order.
 * @param text JSON that `JSON.parse` has accepted
 * @param from where the array begins, white space before it aside
 * @throws Error when there is no array
 */
export function elementSlices(text: string, from = 0): Slice[] {
  const slices: Slice[] = []
  let start = enter(text, from, '[')
  while (text[start] !== ']') {
    const end = endOfValue(text, start)
    slices.push({ start, end })
    start = skipSeparator(text, end)
  }
  return slices
}

/**
 * Whether arrays and objects nest deeper than `limit`. Made for bytes that nobody has parsed yet: any bytes will do,
 * and for those that are no JSON the answer means nothing, but comes.
 * @param limit 1 allows `[]` and `{}`, but nothing nested in them
 */
export function depthExceeds(bytes: Uint8Array, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inString) {
      if (byte === Ascii.backslash) i++
      else if (byte === Ascii.quote) inString = false
    } else if (byte === Ascii.quote) inString = true
    else if (opens(byte)) {
      if (++depth > limit) return true
    } else if (closes(byte)) depth--
  }
  return false
}

const COLON = ':'

/** In UTF-8 these bytes stand for nothing else, so bytes and characters can be read alike. */
const Ascii = {
  quote: 0x22,
  backslash: 0x5c,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

const opens = (code: number | undefined) => code === Ascii.openBracket || code === Ascii.openBrace
const closes = (code: number | undefined) => code === Ascii.closeBracket || code === Ascii.closeBrace

/** Steps into a container: the start of its first content, or its closing bracket. */
function enter(text: string, from: number, bracket: string): number {
  const at = skipSpace(text, from)
  if (text[at] !== bracket) throw new Error(`No ${bracket} at offset ${at}`)
  return skipSpace(text, at + 1)
}

/** From the end of a value to the start of the next, or to the closing bracket. */
function skipSeparator(text: string, end: number): number {
  const at = skipSpace(text, end)
  return text[at] === ',' ? skipSpace(text, at + 1) : at
}

function readKey(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1)
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inner
}

function endOfValue(text: string, start: number): number {
  const code = text.charCodeAt(start)
  if (code === Ascii.quote) return endOfString(text, start)
  return opens(code) ? endOfContainer(text, start) : endOfLiteral(text, start)
}

function endOfContainer(text: string, start: number): number {
  let depth = 0
  let at = start
  do {
    const code = text.charCodeAt(at)
    if (code === Ascii.quote) {
      at = endOfString(text, at)
      continue
    }
    if (opens(code)) depth++
    else if (closes(code)) depth--
    else if (Number.isNaN(code)) throw new Error('The text ends inside a value')
    at++
  } while (depth > 0)
  return at
}

/** A closing quote is one behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  let quote = start
  do {
    quote = text.indexOf('"', quote + 1)
    if (quote === -1) throw new Error('The text ends inside a string')
  } while (isEscaped(text, quote))
  return quote + 1
}

function isEscaped(text: string, quote: number): boolean {
  let run = quote
  while (text.charCodeAt(run - 1) === Ascii.backslash) run--
  return (quote - run) % 2 === 1
}

/** A number, `true`, `false` or `null` ends where white space, a separator or the text does. */
function endOfLiteral(text: string, start: number): number {
  let at = start
  while (at < text.length && !LITERAL_END.has(text[at]!)) at++
  return at
}

const SPACE = new Set(' \t\n\r')
const LITERAL_END = new Set(' \t\n\r,]}')

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && SPACE.has(text[at]!)) at++
  return at
}
