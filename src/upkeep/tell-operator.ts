import { SECOND } from '../duration.ts'
import { NOTICES_AT_ONCE, type PublishNeeds, publishNotices } from '../notices/publish.ts'
import type { Duty } from './duty.ts'

/** Publishes notices, without a pause while more than a page of them wait. */
export function tellOperator(needs: PublishNeeds): Duty {
  return {
    name: 'tell the operator',
    everyMs: SECOND,
    run: async () => ((await publishNotices(needs)) === NOTICES_AT_ONCE ? 0 : undefined),
  }
}
