/** Numbers as people read them. */

const whole = new Intl.NumberFormat('en')
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** As in "12,345"; from a million on "1.2M". */
export const count = (value: number): string => (value < 1_000_000 ? whole : short).format(value)

/** A part of 1 as a percentage; never 100 % where something is missing. */
export function percent(part: number | null | undefined): string {
  if (part === null || part === undefined) return '—'
  if (part > 0.999 && part < 1) return '99.9 %'
  return `${Math.round(part * 1_000) / 10} %`
}

/** As in "1 delivery", "2 deliveries". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** As in "16.0 KiB". */
export const bytes = (value: number): string =>
  value < 1_024 ? `${value} B` : `${(value / 1_024).toFixed(1)} KiB`
