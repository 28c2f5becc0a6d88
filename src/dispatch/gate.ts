/**
 * The gate before each endpoint: no more than so many attempts in flight at once in this process. Whoever comes when all
 * places are taken waits a moment if the endpoint is quick, and is sent away if it is not; sent away is not failed, the
 * delivery comes again. So a quick endpoint is kept busy, and a slow one holds no more than its own places.
 */
import type { Clock } from '../clock.ts'
import { SECOND } from '../duration.ts'
import type { Id } from '../ids.ts'

/** Lets attempts through. */
export interface Gate {
  /** Resolves with true when there is a place, which must be left again; with false when there is none soon. */
  enter(endpointId: Id<'endpoint'>, places: number): Promise<boolean>
  /** Gives a place back. @param tookMs how long it was held */
  leave(endpointId: Id<'endpoint'>, tookMs: number): void
}

/**
 * How long it is worth to wait for a place: less than to bring a delivery again from Postgres, and far less than the
 * places in the worker that waiting takes from others are worth.
 */
const PATIENCE = 250

/** How much of the newest time goes into the average: of the last ten or so. */
const SMOOTHING = 0.1

/** How long an endpoint's pace is remembered when nothing is sent to it. */
const MEMORY = 60 * SECOND

interface Waiter {
  until: number
  resolve(entered: boolean): void
}

interface Place {
  inFlight: number
  waiting: Waiter[]
  /** Milliseconds that an attempt takes, lately. */
  pace: number
  usedAt: number
}

export function createGate({ clock }: { clock: Clock }): Gate {
  const places = new Map<Id<'endpoint'>, Place>()
  let timer: NodeJS.Timeout | undefined

  function placeOf(endpointId: Id<'endpoint'>): Place {
    const known = places.get(endpointId)
    if (known) return known
    const place: Place = { inFlight: 0, waiting: [], pace: 0, usedAt: 0 }
    places.set(endpointId, place)
    return place
  }

  /** An endpoint that was quick may stop answering while others wait for it: none of them waits past its time. */
  function watch() {
    timer ??= setInterval(() => {
      const now = clock.now()
      let anyone = false
      for (const [endpointId, place] of places) {
        while (place.waiting.length > 0 && place.waiting[0]!.until <= now)
          place.waiting.shift()!.resolve(false)
        anyone ||= place.waiting.length > 0
        if (place.inFlight === 0 && place.usedAt + MEMORY <= now) places.delete(endpointId)
      }
      if (!anyone) {
        clearInterval(timer)
        timer = undefined
      }
    }, PATIENCE).unref()
  }

  return {
    enter(endpointId, most) {
      const place = placeOf(endpointId)
      const now = clock.now()
      place.usedAt = now
      if (place.inFlight < most) {
        place.inFlight++
        return Promise.resolve(true)
      }
      const expected = (place.pace * (place.waiting.length + 1)) / most
      if (expected > PATIENCE) return Promise.resolve(false)
      watch()
      return new Promise((resolve) => place.waiting.push({ until: now + 2 * PATIENCE, resolve }))
    },
    leave(endpointId, tookMs) {
      const place = placeOf(endpointId)
      place.pace += (tookMs - place.pace) * (place.pace === 0 ? 1 : SMOOTHING)
      const next = place.waiting.shift()
      if (next) next.resolve(true)
      else place.inFlight--
    },
  }
}
