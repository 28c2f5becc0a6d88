/**
 * Requests that may be sent again. What a request creates and the answer to it are committed together, so a client that
 * never got the answer asks again with the same key and gets it, and nothing is created twice.
 *
 * An answer that is an error is not kept: the request changed nothing, and may be tried again.
 *
 * Source: draft-ietf-httpapi-idempotency-key-header-07 section 2.
 */
import { sql } from 'drizzle-orm'
import { inTransaction } from '../db/deadlock.ts'
import type { Db } from '../db/open.ts'
import { conflict, type RingbackError, refused } from '../errors.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { IdempotentRequest } from './idempotency-key.ts'
import { answerId, BEGUN, findAnswers, finishAnswer, insertAnswers, type KeptAnswer } from './store.ts'

/** What a request is answered with. */
export interface Answer {
  status: number
  body: string
}

/** Runs what a request asks for, once per key. */
export interface Idempotency {
  /**
   * Does `work` and keeps its answer in one transaction; or gives the answer that was kept.
   * @param request undefined for a request without a key: `work` is done, nothing is kept
   * @throws RingbackError `idempotency_in_progress`: the first is still running;
   * `idempotency_key_reused`: the key was used for another request; and whatever `work` throws
   */
  run(
    request: IdempotentRequest | undefined,
    work: (tx: Db) => Promise<Answer>,
  ): Promise<Answer & { replayed: boolean }>

  /**
   * Does `work`, which commits part by part, and then keeps the answer to the whole; or gives the answer that was kept.
   * What died in the middle is begun again by the next that asks: the parts are requests with keys of their own
   * (`partOf`), so those that were done are answered again.
   * @param work answers `final: false` when a later try may do better: that answer is not kept
   * @throws RingbackError `idempotency_key_reused`; and whatever `work` throws
   */
  runInParts(
    request: IdempotentRequest | undefined,
    work: () => Promise<Answer & { final: boolean }>,
  ): Promise<Answer & { replayed: boolean }>
}

/** @param keyring seals the kept answers, which may hold a secret that is shown this once */
export function createIdempotency({ db, keyring }: { db: Db; keyring: Keyring }): Idempotency {
  return {
    run(request, work) {
      return inTransaction(db, async (tx) => {
        if (!request) return { ...(await work(tx)), replayed: false }

        const id = answerId(request.owner, request.key)
        if (!(await takeKey(tx, id))) throw keyInProgress()

        const [kept] = await findAnswers(tx, [request])
        if (kept) return replay(request, kept)

        const answer = await work(tx)
        const inserted = await insertAnswers(tx, [
          { ...request, status: answer.status, body: keyring.seal(answer.body, id) },
        ])
        // Events keep their answers without this lock: one with the same key came in between.
        if (!inserted.has(id)) throw keyInProgress()
        return { ...answer, replayed: false }
      })
    },

    async runInParts(request, work) {
      const kept = request && (await begin(request))
      if (kept) return kept
      const { final, ...answer } = await work()
      if (request && final) {
        const body = keyring.seal(answer.body, answerId(request.owner, request.key))
        // One that ran beside this one was first: there is one answer, and it may have been sent.
        if (!(await finishAnswer(db, { ...request, status: answer.status, body })))
          return (await begin(request)) ?? { ...answer, replayed: false }
      }
      return { ...answer, replayed: false }
    },
  }

  /** Takes the key, or finds it taken by the same request; gives the answer if that has one. */
  async function begin(request: IdempotentRequest): Promise<(Answer & { replayed: true }) | undefined> {
    const id = answerId(request.owner, request.key)
    const inserted = await insertAnswers(db, [{ ...request, status: BEGUN, body: keyring.seal('', id) }])
    if (inserted.has(id)) return undefined
    const [kept] = await findAnswers(db, [request])
    // Its day ended just now, so it is free.
    if (!kept) return begin(request)
    const answer = replay(request, kept)
    return answer.status === BEGUN ? undefined : answer
  }

  function replay(request: IdempotentRequest, kept: KeptAnswer): Answer & { replayed: true } {
    if (!kept.fingerprint.equals(request.fingerprint)) throw keyReused()
    const body = keyring.open(kept.body, answerId(kept.owner, kept.key)).toString()
    return { status: kept.status, body, replayed: true }
  }
}

/** Holds the key until the transaction ends, or a crash ends it; false when another request holds it. */
async function takeKey(tx: Db, id: string): Promise<boolean> {
  const { rows } = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${id}, 0)) as taken`,
  )
  return rows[0]?.taken === true
}

/** 409: the first request with this key has not been answered yet. */
export const keyInProgress = (): RingbackError =>
  conflict(
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still running; ask again shortly.',
  )

/** 422: the key belongs to a request that differed in method, path or body. */
export const keyReused = (): RingbackError =>
  refused('idempotency_key_reused', 'This Idempotency-Key was used for another request; use a new one.')
