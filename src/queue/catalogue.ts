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

const isDeliveryId = (id: unknown) => typeof id === 'string' && isId('delivery', id)

const job = <Data>(spec: JobSpec<Data>) => spec

/** One attempt of a delivery. Its number lets the next attempt be added while this one still ends. */
const attempt = {
  data: z.strictObject({
    deliveryId: z.custom<Id<'delivery'>>(isDeliveryId, 'must be a delivery id'),
    attempt: z.int().nonnegative(),
  }),
  idOf: ({ deliveryId, attempt }: { deliveryId: Id<'delivery'>; attempt: number }) =>
    `${deliveryId}-${attempt}`,
}

const SPECS = {
  /** Make the first attempt of a delivery: the front lane. */
  deliver: job({ queueName: 'deliver', ...attempt }),
  /** Make a later attempt, or one that a recovery asked for: the back lane, so that it does not delay what is fresh. */
  redeliver: job({ queueName: 'redeliver', ...attempt }),
}

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
