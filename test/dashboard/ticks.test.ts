import { expect, it } from 'vitest'
import { ticksOf } from '../../src/dashboard/overview/ticks.ts'
import { WINDOW_NAMES, WINDOWS } from '../../src/stats/window.ts'

/** The marks of a window that ends at a moment, as the viewer's clock shows them. */
function marks(window: (typeof WINDOW_NAMES)[number], offset: number) {
  const { buckets, bucketMs } = WINDOWS[window]
  const end = Math.floor(Date.parse('2026-03-10T17:03:00Z') / bucketMs) * bucketMs
  const all = Array.from({ length: buckets }, (_, i) => ({
    at: new Date(end - (buckets - 1 - i) * bucketMs).toISOString(),
  }))
  return ticksOf({ window, bucketSeconds: bucketMs / 1_000, buckets: all }, () => offset).map((at) =>
    new Date(Date.parse(at) - offset * 60_000).toISOString().slice(5, 16),
  )
}

it('a chart is marked at round times of the viewer, not at odd ones', () => {
  expect(marks('1h', 0)).toEqual(
    ['16:10', '16:20', '16:30', '16:40', '16:50', '17:00'].map((at) => `03-10T${at}`),
  )
  expect(marks('24h', -60).map((at) => at.slice(6))).toEqual([
    '20:00',
    '00:00',
    '04:00',
    '08:00',
    '12:00',
    '16:00',
  ])
})

it.each(WINDOW_NAMES)('a chart over %s has from five to seven marks, in any zone', (window) => {
  for (const offset of [0, -60, 300, -330, 720]) {
    const { length } = marks(window, offset)
    expect(length, `${offset}`).toBeGreaterThanOrEqual(5)
    expect(length, `${offset}`).toBeLessThanOrEqual(7)
  }
})
