/** The figures as a picture: one bar for each system, its median, and a line from its least to its most. */
import { type Figure, figure } from './figures.ts'
import { type Measured, ratioOf } from './report.ts'

const WIDTH = 720
const ROW = 44
const LEFT = 110
const RIGHT = 130
const TOP = 16
const BOTTOM = 40

/** @returns an SVG document, legible on light and on dark pages */
export function chartOf({ raw, backends }: Measured): string {
  const limit = figure(raw)
  const bars = [
    { name: 'raw', of: limit, part: 1, isLimit: true },
    ...backends.map(({ backend, rounds }) => ({
      name: backend,
      of: figure(rounds.map(({ perSecond }) => perSecond)),
      part: ratioOf(rounds, raw).median,
      isLimit: false,
    })),
  ]
  const most = Math.max(...bars.map(({ of }) => of.most))
  const step = stepOf(most)
  const end = Math.ceil(most / step) * step
  const x = (value: number) => LEFT + (value / end) * (WIDTH - LEFT - RIGHT)
  const height = TOP + bars.length * ROW + BOTTOM
  const ticks = Array.from({ length: end / step + 1 }, (_, i) => i * step)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    '<title>Deliveries a second: the limit, and Ringback end to end</title>',
    STYLE,
    ...ticks.map((tick) => gridLine(x(tick), tick, height - BOTTOM)),
    ...bars.map((bar, i) => barOf(bar, i)),
    `<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${height - 6}" text-anchor="middle">deliveries a second</text>`,
    '</svg>',
    '',
  ].join('\n')

  function barOf(bar: { name: string; of: Figure; isLimit: boolean; part: number }, i: number): string {
    const { median, least, most } = bar.of
    const y = TOP + i * ROW
    const middle = y + ROW / 2
    const share = bar.isLimit ? '' : ` = ${(bar.part * 100).toFixed(0)} % of raw`
    return [
      `<text class="name" x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${bar.name}</text>`,
      `<rect class="${bar.isLimit ? 'limit' : 'ours'}" x="${LEFT}" y="${y + 10}" width="${round(x(median) - LEFT)}" height="${ROW - 20}" rx="2"/>`,
      `<path class="spread" d="M${round(x(least))} ${middle}H${round(x(most))}M${round(x(least))} ${middle - 5}v10M${round(x(most))} ${middle - 5}v10"/>`,
      `<text class="name" x="${round(x(most) + 8)}" y="${middle + 4}">${median.toFixed(0)}${share}</text>`,
    ].join('\n')
  }
}

const gridLine = (x: number, tick: number, bottom: number) =>
  `<path class="grid" d="M${round(x)} ${TOP}V${bottom}"/><text class="axis" x="${round(x)}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`

/** A round number of which some four to eight make up the whole. */
function stepOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => most / step <= 8)!
}

const round = (value: number) => Math.round(value * 10) / 10

const STYLE = `<style>
.name { fill: #1f2328 } .axis { fill: #59636e; font-size: 11px } .grid { stroke: #d1d9e0; fill: none }
.limit { fill: #afb8c1 } .ours { fill: #1f6feb } .spread { stroke: #1f2328; stroke-width: 1.5; fill: none }
@media (prefers-color-scheme: dark) {
  .name { fill: #f0f6fc } .axis { fill: #9198a1 } .grid { stroke: #3d444d } .limit { fill: #656c76 } .spread { stroke: #f0f6fc }
}
</style>`
