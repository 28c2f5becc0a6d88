import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, SECOND } from '../../src/duration.ts'
import { parseHttpDate } from '../../src/retry/http-date.ts'
import { parseRetryAfter } from '../../src/retry/retry-after.ts'

const NOW = Date.UTC(2026, 0, 1)

describe('Retry-After', () => {
  it.each([
    ['5', 5 * SECOND],
    [' 5 ', 5 * SECOND],
    ['0', 0],
    ['007', 7 * SECOND],
    ['86400', DAY],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60 * SECOND],
    ['Thursday, 01-Jan-26 00:01:00 GMT', 60 * SECOND],
    ['Thu Jan  1 00:01:00 2026', 60 * SECOND],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ])('%j is understood', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected)
  })

  it.each([
    undefined,
    '',
    ' ',
    '-1',
    '+5',
    '1.5',
    '1e99',
    '0x10',
    '5, 10',
    'soon',
    'NaN',
    'Infinity',
    '٣',
    '2026-01-01T00:01:00Z',
    'Thu, 01 Jan 2026 00:01:00',
    'Thu, 01 Jan 2026 00:01:00 CET',
    'Thu, 31 Feb 2026 00:01:00 GMT',
    'Thu, 00 Jan 2026 00:01:00 GMT',
    'Thu, 01 Jan 2026 24:00:00 GMT',
    'Thu, 01 Jan 2026 00:01:00 GMT, 5',
  ])('%j is junk', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeNull()
  })

  it('is never negative and never NaN, whatever a receiver writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (value, now) => {
        const asked = parseRetryAfter(value, now)
        expect(asked === null || (asked >= 0 && Number.isSafeInteger(asked))).toBe(true)
      }),
    )
  })
})

describe('an HTTP date', () => {
  const seconds = fc
    .date({ min: new Date('1977-01-01'), max: new Date('2075-12-31'), noInvalidDate: true })
    .map((date) => Math.floor(date.getTime() / SECOND) * SECOND)

  it('is read alike in all three forms', () => {
    fc.assert(
      fc.property(seconds, (time) => {
        const imf = new Date(time).toUTCString()
        const [, dayName, day, month, year, clock] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(imf)!
        const longDayName = new Date(time).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })

        expect(parseHttpDate(imf, NOW)).toBe(time)
        expect(parseHttpDate(`${longDayName}, ${day}-${month}-${year!.slice(2)} ${clock} GMT`, NOW)).toBe(
          time,
        )
        expect(
          parseHttpDate(`${dayName} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`, NOW),
        ).toBe(time)
      }),
    )
  })

  it('with two digits for its year is at most 50 years ahead', () => {
    const yearOf = (digits: string, now: number) =>
      new Date(parseHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`, now)!).getUTCFullYear()

    expect(yearOf('76', NOW)).toBe(2076)
    expect(yearOf('77', NOW)).toBe(1977)
    expect(yearOf('01', Date.UTC(2099, 0, 1))).toBe(2101)
  })

  it('may name a leap second', () => {
    expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT', NOW)).toBe(Date.UTC(2017, 0, 1))
  })
})
