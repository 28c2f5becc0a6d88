/** The API dies again and again after it has committed events, before their alarms are set and anyone is answered. */
import { timeOfId } from '../../../src/ids.ts'
import type { Emitted } from '../client.ts'
import { firstTimes, rank } from '../timing.ts'
import { type Case, openStage, watch } from './case.ts'

const ENDPOINTS = 4

/** Many at once, so that each death catches many. */
const LANES = 64

export const commitThenKill: Case = {
  shows: 'The API dies between the commit of events and their way to the queue, again and again, under load.',
  backends: ['redis', 'postgres'],
  defaults: { events: 4_000, kills: 20, rate: 200 },
  async run(scene) {
    const { options, progress } = scene
    const stage = await openStage(scene)
    const api = stage.installation.apis[0]!
    const receiver = await stage.receive('commit', { endpoints: ENDPOINTS, maxInFlight: 50 })
    const accepted: Emitted[] = []
    const deaths: number[] = []
    const watching = watch(
      scene,
      () =>
        `accepted ${accepted.length}/${options.events}, taken ${receiver.taken}, died ${deaths.length}/${options.kills}`,
    )

    // So often that all deaths come: a commit carries some ten events, many after a death.
    const chance = Math.min(1, (25 * options.kills) / options.events)
    const dying = { RINGBACK_TEST_FAIL_POINTS: `accept.committed:kill:${chance.toFixed(6)}` }
    let finish = () => {}
    const emitted = new Promise<undefined>((resolve) => {
      finish = () => resolve(undefined)
    })
    async function killAgainAndAgain() {
      await api.down('SIGTERM')
      while (deaths.length < options.kills) {
        await api.up(dying)
        if (!(await Promise.race([api.ended, emitted]))) break
        deaths.push(Date.now())
        progress.say(`${deaths.length}: the API died after a commit`)
      }
      if (api.isUp) await api.down('SIGTERM')
      await api.up()
    }
    const killing = killAgainAndAgain()
    await stage
      .emit('commit', ENDPOINTS, {
        events: options.events,
        rate: options.rate,
        lanes: LANES,
        onAccepted: (one) => void accepted.push(one),
      })
      .finally(finish)
    await killing
    const deliveries = await stage.rest(() => receiver.taken >= accepted.length)
    watching.end()

    const lines = await receiver.lines()
    const first = firstTimes(lines)
    const caught = accepted.filter(({ id, acceptedAt }) =>
      deaths.some((at) => timeOfId(id) <= at && acceptedAt >= at),
    )
    const waits = caught
      .flatMap(({ id }) => {
        const at = first.get(id)
        return at === undefined ? [] : [at - timeOfId(id)]
      })
      .sort((a, b) => a - b)
    const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)
    return {
      accepted,
      deliveries,
      lines,
      figures: [
        { key: 'deaths', says: 'deaths of the API', value: deaths.length, unit: '' },
        {
          key: 'caught',
          says: 'events that were committed, and whose API died then',
          value: caught.length,
          unit: '',
        },
        {
          key: 'sweptP50Seconds',
          says: 'from their commit to their first request, p50',
          value: seconds(rank(waits, 0.5)),
          unit: 's',
        },
        { key: 'sweptP99Seconds', says: 'p99', value: seconds(rank(waits, 0.99)), unit: 's', atMost: 20 },
        { key: 'sweptMostSeconds', says: 'most', value: seconds(waits.at(-1) ?? null), unit: 's' },
      ],
    }
  },
}
