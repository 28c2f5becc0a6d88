import type { Db } from '../db/open.ts'
import { sharedJobId } from '../queue/catalogue.ts'
import type { Queue } from '../queue/queue.ts'
import { placeOfShared } from './shared-alarm.ts'
import { type Alarm, forgetShared } from './store.ts'

/**
 * Those of these alarms that are to be set now: what has for some time had a shared one, which the queue still holds, is left
 * to it. What it holds no more is lost; from here on it rings for nobody, also if it should come late.
 * @throws RingbackError `unavailable` when the queue is away
 */
export async function ownAlarms<Ours extends Alarm>(
  { db, queue }: { db: Db; queue: Pick<Queue, 'present'> },
  alarms: readonly Ours[],
): Promise<readonly Ours[]> {
  const shared = alarms.filter(({ sharedAlarm, isJoining }) => sharedAlarm && !isJoining)
  if (shared.length === 0) return alarms
  const firsts = [...new Set(shared.map(({ sharedAlarm }) => sharedAlarm!))]
  const present = await queue.present('deliver', firsts.map(placeOfShared))
  const lost = new Set(shared.filter(({ sharedAlarm }) => !present.has(sharedJobId(sharedAlarm!))))
  if (lost.size > 0)
    await forgetShared(
      db,
      [...lost].map(({ id }) => id),
    )
  return alarms.filter((alarm) => !alarm.sharedAlarm || alarm.isJoining || lost.has(alarm))
}
