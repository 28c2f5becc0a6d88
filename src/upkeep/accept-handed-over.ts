import type { Bell } from '../db/bell.ts'
import { SECOND } from '../duration.ts'
import { acceptHandovers, type HandoverNeeds } from '../handovers/accept.ts'
import type { Duty } from './duty.ts'

/** Accepts what hosts have handed over: woken by their commits, and looking every second where no such news comes. */
export function acceptHandedOver({ bell, ...needs }: HandoverNeeds & { bell: Bell }): Duty {
  return {
    name: 'accept what was handed over',
    everyMs: SECOND,
    pause: (ms, signal) => bell.wait(ms, signal),
    // More may have come meanwhile, whose news was heard before.
    run: async () => ((await acceptHandovers(needs)) ? 0 : undefined),
  }
}
