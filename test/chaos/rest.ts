/** Waiting for the end of it: every delivery delivered, failed or canceled. */
import { type Api, type Delivery, listAll, type Page } from '../setup/api.ts'
import { until } from '../setup/until.ts'
import type { JudgedDelivery } from './check.ts'
import { PATH } from './tenant.ts'

/** What has not come to rest by then counts as lost. */
const SETTLED_WITHIN_MS = 120_000

/** Nobody switches an endpoint off here, so what is held waits for a circuit that closes. */
const UNDER_WAY = ['pending', 'retrying', 'held']

/**
 * All deliveries, once none is under way; or as they are, when some are for too long.
 * @param isTaken whether the receiver has all; known without asking the API, which is busy enough
 */
export async function atRest(api: Api, isTaken: () => boolean): Promise<JudgedDelivery[]> {
  await until(isTaken, (is) => is, 'all events to be taken', SETTLED_WITHIN_MS).catch(() => {})
  const first = (status: string) =>
    api<Page<Delivery>>('GET', `${PATH}/deliveries?limit=1&status=${status}`).then(({ data }) => data.length)
  await until(
    async () => (await Promise.all(UNDER_WAY.map(first))).reduce((sum, count) => sum + count),
    (count) => count === 0,
    'all deliveries to come to rest',
    SETTLED_WITHIN_MS,
  ).catch(() => {})
  return listAll<JudgedDelivery>(api, `${PATH}/deliveries`)
}
