/** Times and durations in words and figures. */
import { inZone } from './zone.ts'

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

const ABSOLUTE = { dateStyle: 'medium', timeStyle: 'long' } as const
const DAY = { dateStyle: 'medium' } as const

const MONTH_SECONDS = 30 * 86_400

/** As in "3 min. ago" or "in 2 hr."; a date where it is further off than a month. @param now milliseconds */
export function relativeTime(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1_000
  if (Math.abs(seconds) < 5) return 'just now'
  if (Math.abs(seconds) > MONTH_SECONDS) return inWords(at, DAY)
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS.at(-1)!
  return relative.format(Math.round(seconds / size), unit)
}

/** In the viewer's zone, which it names, and to the millisecond in UTC. */
export function absoluteTime(at: string): string {
  return `${inWords(at, ABSOLUTE)}\n${at}`
}

/** A moment as the viewer's language writes it, in the zone that they chose. */
export function inWords(at: string, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(undefined, { ...style, ...inZone() }).format(new Date(at))
}

/** As in "12 ms", "1.4 s". */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '—'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

/** As in "10 s", "2.7 min", "11.4 h". */
export function span(seconds: number): string {
  if (seconds < 90) return `${round(seconds)} s`
  if (seconds < 5_400) return `${round(seconds / 60)} min`
  if (seconds < 172_800) return `${round(seconds / 3_600)} h`
  return `${round(seconds / 86_400)} d`
}

const round = (value: number) => `${Math.round(value * 10) / 10}`
