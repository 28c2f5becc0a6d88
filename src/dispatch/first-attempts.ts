import type { Id } from '../ids.ts'
import type { Dispatch } from './dispatch.ts'
import type { Slots } from './slots.ts'

/** Makes first attempts, each as soon as the front lane has a place for it. */
export interface FirstAttempts {
  /**
   * Makes those that one alarm rings for. Resolves when all have ended: a slow one holds up none of the others, and keeps
   * the alarm for all that another worker must take over, should this one die.
   * @param begun told when none of them waits for a place any more
   * @throws the first error, when all have ended
   */
  make(deliveryIds: readonly Id<'delivery'>[], begun: () => void): Promise<void>
  /** Lets go at once of those that share an alarm and wait for a place; makes none of such any more. Never rejects. */
  stop(): Promise<void>
}

/** What it needs. */
export interface FirstAttemptsNeeds {
  slots: Slots
  dispatch: Dispatch
  /** Has these deliveries get an alarm of their own. */
  letGo(ids: readonly Id<'delivery'>[]): Promise<void>
}

export function createFirstAttempts({ slots, dispatch, letGo }: FirstAttemptsNeeds): FirstAttempts {
  /** That share an alarm, and wait for a place. */
  const waiting = new Set<Id<'delivery'>>()
  let stopping: Promise<void> | undefined

  async function makeShared(deliveryIds: readonly Id<'delivery'>[], begun: () => void) {
    const sharedAlarm = deliveryIds[0]!
    let left = deliveryIds.length
    for (const id of deliveryIds) waiting.add(id)
    const ends = await Promise.allSettled(
      deliveryIds.map((deliveryId) =>
        slots.run('front', async () => {
          if (--left === 0) begun()
          if (waiting.delete(deliveryId)) await dispatch({ deliveryId, attempt: 1, sharedAlarm })
        }),
      ),
    )
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  return {
    async make(deliveryIds, begun) {
      if (deliveryIds.length > 1) return stopping ? letGo(deliveryIds) : makeShared(deliveryIds, begun)
      await slots.run('front', () => {
        begun()
        return dispatch({ deliveryId: deliveryIds[0]!, attempt: 1 })
      })
    },
    stop() {
      const ids = [...waiting]
      waiting.clear()
      // Where Postgres is away, their alarm is found to be gone, a grace later.
      stopping ??= ids.length > 0 ? letGo(ids).catch(() => {}) : Promise.resolve()
      return stopping
    },
  }
}
