/**
 * A gate before each endpoint, or each tenant: no more than so many attempts in flight at once in this process. Whoever
 * comes when all places are taken waits, if that is not long and not too many wait already, and is sent away otherwise; sent
 * away is not failed, the delivery comes again. So a quick one is kept busy, and a slow one does not hold the worker's places.
 */
import type { Clock } from '../clock.ts'

/** Lets attempts through to each of many. @typeParam Whom the id of one */
export interface Gate<Whom extends string> {
  /** Resolves with true when there is a place, which must be left again; with false when there is none soon. */
  enter(whom: Whom, places: number): Promise<boolean>
  /**
   * When whoever was sent away had best come again, in milliseconds: as soon as those before it are through. Each gets a
   * moment of its own, so that they keep the endpoint busy without another crowd at its gate. Null: nobody can tell.
   */
  turnOf(whom: Whom, places: number): number | null
  /**
   * Gives a place back: to whoever waits, unless more are taken than there may be by now.
   * @param tookMs how long the attempt took; null: none was made
   * @param places as many as there were for whoever came last, unless told
   */
  leave(whom: Whom, tookMs: number | null, places?: number): void
  /** Places that are taken, of all. */
  taken(): number
}

/** What the gate needs. */
export interface GateOptions {
  clock: Clock
  /** Attempts that this process may have in hand; whoever waits at the gate takes one of them from others. */
  concurrency: number
  /** False: nobody waits for what is not as good as gone, nor longer than that. */
  isPatient?: boolean
}

/**
 * While few wait, waiting costs the others little, and is quicker than to be brought again from Postgres. With the second
 * for which a destination is kept it stays within the two seconds in which a change must hold.
 */
const LONG_WAIT = 700
/** While many wait, only what is soon gone waits. */
const SHORT_WAIT = 250
/** However many wait: as good as gone. */
const NO_WAIT = 50

/** The parts of the worker's places that those who wait may take. */
const FEW = 1 / 4
const MANY = 1 / 2

/** What an attempt at an endpoint is taken to last of which nothing is known yet: most answer sooner, a few wait meanwhile. */
const UNKNOWN_PACE = 20

/** Turns that are further off are not given: by then the pace may be another. */
const FORESEEN = 1_000

/** How much of the newest time goes into the average: of the last ten or so. */
const SMOOTHING = 0.1

/** Of how many idle ones the pace is remembered: it is a help, not a need. */
const REMEMBERED = 10_000

interface Waiter {
  until: number
  resolve(entered: boolean): void
}

interface Place {
  /** How many there were for whoever came last. */
  most: number
  inFlight: number
  waiting: Waiter[]
  /** Milliseconds that an attempt takes, lately; 0: none has ended yet. */
  pace: number
  /** When a place was last taken or given back. */
  movedAt: number
  /** The last turn that was given to somebody who was sent away. */
  lastTurnAt: number
}

export function createGate<Whom extends string>({
  clock,
  concurrency,
  isPatient = true,
}: GateOptions): Gate<Whom> {
  const watchedEvery = isPatient ? SHORT_WAIT : NO_WAIT
  /** Those used last at the end. */
  const places = new Map<Whom, Place>()
  let [taken, waiting] = [0, 0]
  let watching: NodeJS.Timeout | undefined

  function placeOf(whom: Whom): Place {
    const place = places.get(whom) ?? {
      most: 1,
      inFlight: 0,
      waiting: [],
      pace: 0,
      movedAt: 0,
      lastTurnAt: 0,
    }
    places.delete(whom)
    places.set(whom, place)
    if (places.size > REMEMBERED) forgetOldest()
    return place
  }

  function forgetOldest() {
    for (const [whom, { inFlight }] of places) {
      if (inFlight > 0) continue
      places.delete(whom)
      return
    }
  }

  function patience(): number {
    if (!isPatient) return NO_WAIT
    if (waiting < concurrency * FEW) return LONG_WAIT
    return waiting < concurrency * MANY ? SHORT_WAIT : NO_WAIT
  }

  /**
   * What an attempt is expected to take. An endpoint that stands still says so by nothing that ends: it takes as long as
   * it has been quiet, at least. Else a crowd would wait for it until its first attempt ran out of time, and hold the
   * worker's places meanwhile.
   */
  const paceOf = ({ pace, movedAt }: Place) => Math.max(pace || UNKNOWN_PACE, clock.now() - movedAt)

  /** An endpoint that was quick may stop answering while others wait for it: none of them waits past its time. */
  function watch() {
    watching ??= setInterval(() => {
      const now = clock.now()
      for (const place of places.values()) {
        const late = place.waiting.filter((waiter) => waiter.until <= now)
        place.waiting = place.waiting.filter((waiter) => waiter.until > now)
        waiting -= late.length
        for (const waiter of late) waiter.resolve(false)
      }
      if (waiting > 0) return
      clearInterval(watching)
      watching = undefined
    }, watchedEvery).unref()
  }

  return {
    enter(whom, most) {
      const place = placeOf(whom)
      place.most = most
      if (place.inFlight < most) {
        place.inFlight++
        taken++
        place.movedAt = clock.now()
        return Promise.resolve(true)
      }
      const expected = (paceOf(place) * (place.waiting.length + 1)) / most
      if (expected >= patience()) return Promise.resolve(false)
      waiting++
      watch()
      const wait = isPatient ? Math.min(LONG_WAIT, Math.max(SHORT_WAIT, 2 * expected)) : NO_WAIT
      const until = clock.now() + wait
      return new Promise((resolve) => place.waiting.push({ until, resolve }))
    },
    turnOf(whom, most) {
      const place = placeOf(whom)
      if (place.pace === 0) return null
      const now = clock.now()
      const each = paceOf(place) / most
      const turnAt = Math.max(now + each * (place.waiting.length + 1), place.lastTurnAt + each)
      if (turnAt > now + FORESEEN) return null
      place.lastTurnAt = turnAt
      return turnAt - now
    },
    leave(whom, tookMs, most) {
      const place = placeOf(whom)
      if (tookMs !== null) place.pace += (tookMs - place.pace) * (place.pace === 0 ? 1 : SMOOTHING)
      place.movedAt = clock.now()
      const next = place.inFlight <= (most ?? place.most) ? place.waiting.shift() : undefined
      if (!next) {
        place.inFlight--
        taken--
        return
      }
      waiting--
      next.resolve(true)
    },
    taken: () => taken,
  }
}
