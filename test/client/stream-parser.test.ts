import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createStreamParser, type StreamPart } from '../../src/client/stream-parser.ts'

const parse = (chunks: readonly Uint8Array[]): StreamPart[] => {
  const parser = createStreamParser()
  return chunks.flatMap((chunk) => parser.push(chunk))
}

const bytes = (text: string) => new TextEncoder().encode(text)

it('reads names, ids, data over many lines, and leaves comments out', () => {
  const text = ': hello\nid: 7\nevent: a\ndata: {"x":\ndata: 1}\n\ndata\n\nretry: 250\n\ndata: never ended'
  expect(parse([bytes(text)])).toEqual([
    { id: '7', event: 'a', data: '{"x":\n1}' },
    { id: '7', event: 'message', data: '' },
    { retryMs: 250 },
  ])
})

it('tells an id that comes without data, which is where to go on', () => {
  expect(parse([bytes('id: 7\n\n: still here\n\nid: 8\ndata: x\n\nid\n\n')])).toEqual([
    { seenId: '7' },
    { id: '8', event: 'message', data: 'x' },
    { seenId: '' },
  ])
})

it('reads every way to end a line, wherever the bytes are cut', () => {
  const whole = bytes('data: \u20ac1\r\ndata: 2\n\r\ndata: 3\r\rid: x\r\ndata: 4\n\n')
  const expected = parse([whole])
  expect(expected).toEqual([
    { id: '', event: 'message', data: '\u20ac1\n2' },
    { id: '', event: 'message', data: '3' },
    { id: 'x', event: 'message', data: '4' },
  ])
  for (let cut = 0; cut <= whole.length; cut++)
    expect(parse([whole.subarray(0, cut), whole.subarray(cut)]), `cut at ${cut}`).toEqual(expected)
})

it('finds the same events as eventsource-parser, in any stream cut anywhere', () => {
  const word = fc.string({ unit: fc.constantFrom('a', ' ', ':', '\u20ac', '0', '{'), maxLength: 6 })
  const line = fc.oneof(
    fc
      .tuple(fc.constantFrom('data', 'event', 'id', 'x', ''), fc.constantFrom(':', ': '), word)
      .map((parts) => parts.join('')),
    fc.constantFrom('data', '', '', ''),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 30 }),
      fc.array(fc.nat(200), { maxLength: 5 }),
      (lines, cuts) => {
        const whole = bytes(lines.flat().join(''))
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b),
          whole.length,
        ]
        const ours = parse(places.slice(1).map((place, index) => whole.subarray(places[index], place)))

        const theirs: { event: string; data: string }[] = []
        const parser = createParser({
          onEvent: ({ event, data }) => theirs.push({ event: event || 'message', data }),
        })
        parser.feed(new TextDecoder().decode(whole))
        expect(
          ours
            .filter((part) => !('seenId' in part))
            .map((part) => part as { event: string; data: string })
            .map(({ event, data }) => ({ event, data })),
        ).toEqual(theirs)
      },
    ),
    { numRuns: 500 },
  )
})
