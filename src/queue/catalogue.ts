/**
 * Every kind of job that runs through the queue: one entry types both ends, the one that adds and the one that works.
 * A new kind is a new entry.
 *
 * A job is an alarm and carries ids only: the queue may be wiped at any moment, and what it holds is stored in clear.
 */
import { z } from 'zod'
import { type Id, isId } from '../ids.ts'
import type { Traceparent } from '../trace-context.ts'

/** What a kind of job is. */
interface JobSpec<Data> {
  /** The BullMQ queue it runs through (or several: ../shards.ts); of its own per kind, so that one kind cannot crowd out another. */
  queueName: string
  /** What its data must be. Checked when it is added and again when it is worked. */
  data: z.ZodType<Data>
  /** Names the one job for this data: adding it while it still exists does nothing. May not hold `:` (BullMQ). */
  idOf(data: Data): string
}

const deliveryId = z.custom<Id<'delivery'>>(
  (id) => typeof id === 'string' && isId('delivery', id),
  'must be a delivery id',
)

const job = <Data>(spec: JobSpec<Data>) => spec

const SPECS = {
  /**
   * Make the first attempt of a delivery, or of several that share the alarm: the front lane. One that is shared has
   * another id than its first delivery's own, so that neither stands in the other's way.
   */
  deliver: job({
    queueName: 'deliver',
    data: z.strictObject({ deliveryIds: z.tuple([deliveryId], deliveryId) }),
    idOf: ({ deliveryIds: [first, ...others] }) => (others.length > 0 ? sharedJobId(first) : `${first}-1`),
  }),
  /**
   * Make a later attempt, or one that a recovery asked for: the back lane, so that it does not delay what is fresh. Its
   * number lets the next attempt be added while this one still ends.
   */
  redeliver: job({
    queueName: 'redeliver',
    data: z.strictObject({ deliveryId, attempt: z.int().nonnegative() }),
    idOf: ({ deliveryId, attempt }) => `${deliveryId}-${attempt}`,
  }),
}

/** The id of the job that carries the first attempts of several deliveries, by the first of them. */
export const sharedJobId = (first: Id<'delivery'>): string => `${first}-shared`

/** The name of a kind of job. */
export type JobKind = keyof typeof SPECS

/** The data of one kind of job. */
export type JobData<K extends JobKind> = (typeof SPECS)[K] extends JobSpec<infer Data> ? Data : never

/** A job to be added. */
export type Job = {
  [K in JobKind]: {
    kind: K
    data: JobData<K>
    /** Jobs with the same lie in the same shard; without, in the first. */
    shardKey?: string
    /** Milliseconds to wait before it is worked; 0 unless told. */
    delayMs?: number
    /** The trace that it is done in; of use only where the queue is traced, and stored with the job then alone. */
    traceparent?: Traceparent
  }
}[JobKind]

/** The catalogue: what each kind of job is. */
export const CATALOGUE: { [K in JobKind]: JobSpec<JobData<K>> } = SPECS

/**
 * Checks the data of a job.
 * @returns it, and the id that names the job
 * @throws ZodError when it is not of that kind
 */
export function checkJob<K extends JobKind>(kind: K, data: unknown): { id: string; data: JobData<K> } {
  const spec = CATALOGUE[kind]
  const checked = spec.data.parse(data)
  return { id: spec.idOf(checked), data: checked }
}
