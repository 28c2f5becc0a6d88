import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readableOn, textOn } from '../../src/dashboard/brand-color.ts'

const color = fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, '0')}`)

test("text on any brand's colour has a contrast of 4.5 or more", () => {
  fc.assert(fc.property(color, (brand) => contrast(textOn(brand), brand) >= 4.5))
})

test("any brand's colour can be read on our grounds, once it is shaded", () => {
  fc.assert(
    fc.property(color, fc.constantFrom('#eceef2', '#20242e'), (brand, ground) => {
      expect(contrast(readableOn(ground, brand), ground)).toBeGreaterThanOrEqual(4.5)
    }),
  )
})

test('a colour that can be read already stays', () => {
  expect(readableOn('#eceef2', '#4338ca')).toBe('#4338ca')
})

/** By the formula of WCAG 2.2, written a second time. */
function contrast(one: string, other: string): number {
  const [low, high] = [one, other].map(luminance).sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(text: string): number {
  const linear = [0, 2, 4].map((at) => {
    const share = Number.parseInt(text.slice(at + 1, at + 3), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!
}
