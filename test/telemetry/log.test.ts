import fc from 'fast-check'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { createLog } from '../../src/telemetry/log.ts'
import { readSources } from '../architecture/sources.ts'

/** What a log writes. */
function written(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = ''
  write(createLog('debug', { write: (line: string) => (text += line) }))
  return text
}

/** What a terminal obeys, what ends a line somewhere, and what turns or hides a text. */
const DECEIVING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/

const HOSTILE = [
  '\u001b[2J\u001b[31mall is well\u001b[0m',
  '\u009b31mC1\u009d0;title\u0007',
  'one\n{"level":30,"msg":"forged"}\r\nthree',
  'a\u2028b\u2029c\u0085d',
  '\u202egnp.exe\u2066\u2069\ufeff',
  '"},{"level":60',
  '\u0000\b\u007f',
  '\ud800 alone',
]

describe('a line of the log', () => {
  it.each(HOSTILE)('holds %j as an escape, on one line, and gives it back to who reads JSON', (hostile) => {
    const text = written((log) =>
      log.warn({ tenantId: hostile, faults: [{ path: hostile }], reason: { [hostile]: 1 } }, hostile),
    )
    expect(text.endsWith('\n')).toBe(true)
    expect(text.slice(0, -1)).not.toMatch(/\n/)
    expect(text).not.toMatch(DECEIVING)
    expect(JSON.parse(text)).toMatchObject({ tenantId: hostile, faults: [{ path: hostile }], msg: hostile })
  })

  it('does so for any text, in any place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hostile) => {
        const text = written((log) => log.error({ err: new Error(hostile), path: hostile }, hostile))
        expect(text.slice(0, -1)).not.toMatch(/\n/)
        expect(text).not.toMatch(DECEIVING)
        expect(JSON.parse(text)).toMatchObject({ path: hostile, msg: hostile })
      }),
    )
  })

  it('holds the fields that are known to be harmless, and of any other that it was there', () => {
    const secrets = { secret: 'whsec_x', authorization: 'Bearer x', payload: { card: '4111' }, headers: {} }
    const line = JSON.parse(written((log) => log.info({ tenantId: 'acme', ...secrets }, 'said')))
    expect(line).toEqual({
      level: 30,
      time: expect.any(String),
      tenantId: 'acme',
      secret: '[redacted]',
      authorization: '[redacted]',
      payload: '[redacted]',
      headers: '[redacted]',
      msg: 'said',
    })
  })

  it('shows every field that a line of ours is written with', () => {
    const names = readSources('src', 'workers').flatMap(({ file, text }) => loggedFields(file, text))
    expect(names).toContain('partition')
    const line = JSON.parse(
      written((log) => log.info(Object.fromEntries(names.map((name) => [name, 'seen'])), 'said')),
    )
    expect(names.filter((name) => line[name] === '[redacted]')).toEqual([])
  })
})

/** The names of the fields in what is written by `log.warn({ ... }, '...')` and its like. */
function loggedFields(file: string, text: string): string[] {
  const names: string[] = []
  function visit(node: ts.Node) {
    if (
      ts.isCallExpression(node) &&
      /\blog\.(debug|info|warn|error)$/.test(node.expression.getText(source))
    ) {
      const [fields] = node.arguments
      if (fields && ts.isObjectLiteralExpression(fields))
        for (const { name } of fields.properties) if (name) names.push(name.getText(source))
    }
    ts.forEachChild(node, visit)
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  visit(source)
  return names
}
