/**
 * The patterns of schemas, on an engine that goes through a text once and never back. V8's tries all ways: it takes half
 * a minute for `^(a+)+$` over 28 characters, in which the process answers nobody.
 *
 * What needs going back is refused: looking around and references to groups. The rest means what it does in JavaScript.
 *
 * Source: JSON Schema 2020-12, 6.4 "Regular Expressions" (ECMA-262, with the flag `u`); RE2, "Syntax".
 */
import { RE2JS } from 're2js'

/** What JavaScript takes for white space and for the ends of lines; RE2 knows those of ASCII alone. */
const SPACE = String.raw`\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
const NO_SPACE = String.raw`\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`
const NO_LINE_END = String.raw`[^\n\r\x{2028}\x{2029}]`

/** A pattern that is ready to be asked. */
export interface Pattern {
  test(text: string): boolean
}

/**
 * Makes a pattern ready.
 * @param source as in a schema
 * @throws Error saying what is wrong with it
 */
export function compilePattern(source: string): Pattern {
  new RegExp(source, 'u') // RE2 has words of its own, which no other reader of the schema would understand.
  try {
    return RE2JS.compile(RE2JS.translateRegExp(inWordsOfRe2(source)))
  } catch {
    throw new Error(
      `pattern ${JSON.stringify(source)} cannot be used: (?=, (?!, (?<=, (?<!, \\1, \\p{Name=Value} and more than 1,000 repetitions are not supported`,
    )
  }
}

function inWordsOfRe2(source: string): string {
  let isInClass = false
  return source.replace(/\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\.|[[\].]/gsu, (token) => {
    // RE2JS would take a reference by name for letters, and `[[:alpha:]` for a class of its own.
    if (token === '\\k') throw new Error('A reference to a group.')
    if (token === '[' && isInClass) return '\\['
    if (token === '[') isInClass = true
    if (token === ']') isInClass = false
    if (token.length === 12) return String.raw`\u{${codePoint(token).toString(16)}}`
    if (token === '.') return isInClass ? token : NO_LINE_END
    if (token === '\\s') return isInClass ? SPACE : `[${SPACE}]`
    if (token === '\\S') return isInClass ? NO_SPACE : `[${NO_SPACE}]`
    return token
  })
}

/** Of a character that is written as two escapes. */
const codePoint = (pair: string): number => (JSON.parse(`"${pair}"`) as string).codePointAt(0)!
