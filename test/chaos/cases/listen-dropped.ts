/** The connections on which workers listen for jobs are dropped every five seconds, under a steady load. */
import type { Emitted } from '../client.ts'
import { dropListeners } from '../drop-listeners.ts'
import { timingOf } from '../timing.ts'
import { type Case, openStage, watch } from './case.ts'

const ENDPOINTS = 4
const EVERY_MS = 5_000

export const listenDropped: Case = {
  shows: 'The connections on which workers listen for jobs are dropped every five seconds.',
  backends: ['postgres'],
  defaults: { events: 6_000, kills: 12, rate: 100 },
  async run(scene) {
    const { options, progress } = scene
    const stage = await openStage(scene)
    const receiver = await stage.receive('listen', { endpoints: ENDPOINTS })
    const accepted: Emitted[] = []
    const watching = watch(
      scene,
      () => `accepted ${accepted.length}/${options.events}, taken ${receiver.taken}`,
    )
    let [times, dropped] = [0, 0]
    let isDone = false
    const dropping = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
        if (isDone) break
        const now = await dropListeners(stage.installation.databaseUrl)
        times++
        dropped += now
        progress.say(`${times}: ${now} connections dropped`)
      }
    })()
    await stage
      .emit('listen', ENDPOINTS, {
        events: options.events,
        rate: options.rate,
        onAccepted: (one) => void accepted.push(one),
      })
      .finally(() => {
        isDone = true
      })
    await dropping
    if (dropped === 0) throw new Error('No connection was found to be dropped, so nothing was shown.')
    const deliveries = await stage.rest(() => receiver.taken >= accepted.length)
    watching.end()
    const lines = await receiver.lines()
    const { pickUpP50, pickUpP99, pickUpMost } = timingOf(accepted, lines, null)
    return {
      accepted,
      deliveries,
      lines,
      figures: [
        { key: 'times', says: 'times that they were dropped', value: times, unit: '' },
        { key: 'dropped', says: 'connections that were dropped', value: dropped, unit: '' },
        { key: 'pickUpP50Ms', says: 'first request after the 202, p50', value: pickUpP50, unit: 'ms' },
        { key: 'pickUpP99Ms', says: 'p99', value: pickUpP99, unit: 'ms', atMost: 2_000 },
        { key: 'pickUpMostMs', says: 'most', value: pickUpMost, unit: 'ms' },
      ],
    }
  },
}
