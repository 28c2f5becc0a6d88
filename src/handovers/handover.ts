/** The words of a hand-over: an event that a host left in the database, in a transaction of its own. */

/** Why an event was refused: what would have been answered to a request. */
export interface Refusal {
  status: number
  code: string
  detail: string
  errors: { path: string; message: string }[]
}

/** Of an event that another process accepted meanwhile. */
export const GONE = 'handover_gone'
