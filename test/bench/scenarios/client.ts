import { BATCHES, CONCURRENCY, measurePeak } from '../load.ts'
import { startPlace } from '../place.ts'
import { measureRaw } from '../raw.ts'
import { startSink } from '../sink.ts'
import type { Scenario, ScenarioFigure } from './scenario.ts'

const UNDICI = new URL('../undici/preload.ts', import.meta.url)

/** What both variants are started with: the compiler of the bench, which undici's needs. */
const COMPILER = import.meta.resolve('tsx')

export const client: Scenario = {
  name: 'client',
  shows: 'The same walk with undici in place of got, raw and end to end.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const sink = await startSink()
    closing.add('sink', () => sink.stop())
    const start = (...preloads: string[]) =>
      startPlace(backend, closing, { NODE_OPTIONS: preloads.map((one) => `--import ${one}`).join(' ') })
    const withGot = (await start(COMPILER)).server
    const withUndici = (await start(COMPILER, UNDICI.href)).server
    const task = { url: sink.url, concurrency: CONCURRENCY, warmUpSeconds: 1, seconds }
    for (const server of [withGot, withUndici]) await measurePeak(server, sink, BATCHES, seconds)

    const figures: Record<'rawGot' | 'rawUndici' | 'got' | 'undici', number[]> = {
      rawGot: [],
      rawUndici: [],
      got: [],
      undici: [],
    }
    for (let round = 0; round < rounds; round++) {
      figures.rawGot.push(await measureRaw(task))
      figures.rawUndici.push(await measureRaw(task, UNDICI))
      figures.got.push(await measurePeak(withGot, sink, BATCHES, seconds))
      figures.undici.push(await measurePeak(withUndici, sink, BATCHES, seconds))
      const [rawGot, rawUndici, got, undici] = Object.values(figures).map((values) =>
        values[round]!.toFixed(0),
      )
      say(`  raw: got ${rawGot}/s, undici ${rawUndici}/s; end to end: got ${got}/s, undici ${undici}/s`)
    }
    return [
      ...besideEachOther('raw', 'raw', figures.rawGot, figures.rawUndici),
      ...besideEachOther('', 'end to end', figures.got, figures.undici),
    ]
  },
}

/** What both come to, and the one against the other. */
function besideEachOther(prefix: string, what: string, got: number[], undici: number[]): ScenarioFigure[] {
  const key = (name: string) => (prefix === '' ? name : `${prefix}${name[0]!.toUpperCase()}${name.slice(1)}`)
  return [
    { key: key('gotPerSecond'), says: `${what}, with got`, unit: '/s', values: got },
    { key: key('undiciPerSecond'), says: `${what}, with undici`, unit: '/s', values: undici },
    {
      key: key('ratio'),
      says: `${what}, got against undici`,
      unit: 'x',
      values: got.map((value, i) => value / undici[i]!),
    },
  ]
}
