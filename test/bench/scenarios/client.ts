import { BATCHES, CONCURRENCY, measurePeak } from '../load.ts'
import { startPlace } from '../place.ts'
import { measureRaw } from '../raw.ts'
import { startSink } from '../sink.ts'
import type { Scenario } from './scenario.ts'

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
    const against = (values: number[], others: number[]) => values.map((value, i) => value / others[i]!)
    return [
      { key: 'rawGotPerSecond', says: 'raw, with got', unit: '/s', values: figures.rawGot },
      { key: 'rawUndiciPerSecond', says: 'raw, with undici', unit: '/s', values: figures.rawUndici },
      {
        key: 'rawRatio',
        says: 'raw, got against undici',
        unit: 'x',
        values: against(figures.rawGot, figures.rawUndici),
      },
      { key: 'gotPerSecond', says: 'end to end, with got', unit: '/s', values: figures.got },
      { key: 'undiciPerSecond', says: 'end to end, with undici', unit: '/s', values: figures.undici },
      {
        key: 'ratio',
        says: 'end to end, got against undici',
        unit: 'x',
        values: against(figures.got, figures.undici),
      },
    ]
  },
}
