import { SECOND } from '../duration.ts'

/** How long each step of making a connection may take, within the request's own deadline; in ms. */
export interface ConnectionTimeouts {
  lookup: number
  connect: number
  secureConnect: number
}

/** Each is far above what a healthy receiver needs, and leaves the rest of a 15 s deadline for the answer. */
export const DEFAULT_TIMEOUTS: ConnectionTimeouts = {
  lookup: 5 * SECOND,
  connect: 5 * SECOND,
  secureConnect: 5 * SECOND,
}
