/** Redis is away for a while, under a steady load. */
import type { Emitted } from '../client.ts'
import { firstTimes, rank } from '../timing.ts'
import { type Case, openStage, watch } from './case.ts'

const ENDPOINTS = 4

/** Of the events, this part comes before Redis goes, and this part after it is back. */
const BEFORE = 0.25
const AFTER = 0.25

export const redisAway: Case = {
  shows: 'Redis is away for half of the run, while events come at a steady pace.',
  backends: ['redis'],
  defaults: { events: 12_000, kills: 1, rate: 100 },
  async run(scene) {
    const { options, progress } = scene
    const stage = await openStage(scene)
    const { installation } = stage
    const receiver = await stage.receive('away', { endpoints: ENDPOINTS })
    const accepted: Emitted[] = []
    const refused: string[] = []
    const watching = watch(
      scene,
      () =>
        `accepted ${accepted.length}/${options.events}, taken ${receiver.taken}, refused ${refused.length}`,
    )
    const onAccepted = (one: Emitted) => void accepted.push(one)
    const onRefused = (why: string) => void refused.push(why)
    // Connections and code paths are warm before the base is measured.
    const warmUp = await stage.emit('away', ENDPOINTS, {
      events: 200,
      rate: options.rate,
      onAccepted,
      onRefused,
    })

    const emitting = stage.emit('away', ENDPOINTS, {
      events: options.events,
      from: warmUp.length,
      rate: options.rate,
      onAccepted,
      onRefused,
    })
    const seconds = options.events / options.rate
    await Promise.race([emitting, after(seconds * BEFORE)])
    const goneAt = Date.now()
    progress.say('Killing Redis.')
    const crash = installation.redis!.crash(seconds * (1 - BEFORE - AFTER) * 1_000)
    await crash
    const backAt = Date.now()
    progress.say(`Redis is back after ${Math.round((backAt - goneAt) / 1_000)} s.`)
    await emitting
    const deliveries = await stage.rest(() => receiver.taken >= accepted.length)
    watching.end()

    const lines = await receiver.lines()
    const measured = accepted.filter(({ n }) => n >= warmUp.length)
    const p99 = (isOf: (at: number) => boolean) =>
      rank(
        measured
          .filter(({ acceptedAt }) => isOf(acceptedAt))
          .map(({ tookMs }) => tookMs)
          .sort((a, b) => a - b),
        0.99,
      )
    const base = p99((at) => at < goneAt)
    // What was under way in the last moment before it went is neither.
    const during = p99((at) => at >= goneAt && at < backAt)
    const first = firstTimes(lines)
    const waited = measured.filter(({ acceptedAt }) => acceptedAt >= goneAt && acceptedAt < backAt)
    const came = waited.map(({ id }) => first.get(id) ?? Number.POSITIVE_INFINITY)
    const firstAfter = lines
      .filter(({ at }) => at >= backAt)
      .reduce((least, { at }) => Math.min(least, at), Infinity)
    const last = Math.max(...came)
    const secondsFrom = (at: number) => (Number.isFinite(at) ? Math.max(0, at - backAt) / 1_000 : null)
    return {
      accepted,
      deliveries,
      lines,
      figures: [
        { key: 'awaySeconds', says: 'Redis was away', value: (backAt - goneAt) / 1_000, unit: 's' },
        { key: 'refused', says: 'answers but 202', value: refused.length, unit: '' },
        { key: 'baseP99Ms', says: 'the API, p99 before', value: base, unit: 'ms' },
        { key: 'awayP99Ms', says: 'the API, p99 meanwhile', value: during, unit: 'ms' },
        {
          key: 'p99Ratio',
          says: 'the API, p99 meanwhile against before',
          value: base !== null && during !== null ? during / base : null,
          unit: 'x',
          atMost: 2,
        },
        {
          key: 'firstDeliverySeconds',
          says: 'the first delivery after it was back',
          value: secondsFrom(firstAfter),
          unit: 's',
          atMost: 15,
        },
        {
          key: 'caughtUpSeconds',
          says: 'the last of what was accepted meanwhile',
          value: secondsFrom(last),
          unit: 's',
        },
        {
          key: 'restarts',
          says: 'processes that ended',
          value: [...installation.apis, ...installation.workers].filter(({ isUp }) => !isUp).length,
          unit: '',
          atMost: 0,
        },
      ],
    }
  },
}

const after = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1_000))
