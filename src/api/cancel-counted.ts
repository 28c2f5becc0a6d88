import { cancelWaiting } from '../deliveries/store.ts'
import type { ApiNeeds } from './needs.ts'

/** Cancels what waits, and counts it when that stands: a transaction may be rolled back, or tried again. */
export interface CountedCancel {
  cancelWaiting(...of: Parameters<typeof cancelWaiting>): Promise<void>
  committed(): void
}

export function cancelCounted({ meter }: Pick<ApiNeeds, 'meter'>): CountedCancel {
  let canceled = 0
  return {
    async cancelWaiting(...of) {
      canceled = await cancelWaiting(...of)
    },
    committed: () => meter?.deliveries.ended('canceled', canceled),
  }
}
