/** What a receiver's status code means for a delivery. */

/** `gone` ends the delivery and disables its endpoint. */
export type Verdict = 'success' | 'retry' | 'gone'

/**
 * Judges a complete answer by its status code alone.
 *
 *     200-299          success
 *     410              gone: the receiver asks to be left alone
 *     everything else  retry
 *
 * A redirect is a failure like any other and is never followed: the new address was not checked by anyone. Codes that
 * no standard knows (099, 999) are failures as well, since only a 2xx says that the event was taken.
 *
 * Source: Standard Webhooks 1.0.0, "Delivery status and retries"; RFC 9110 section 15.
 */
export function judgeResponse(status: number): Verdict {
  if (status >= 200 && status <= 299) return 'success'
  if (status === 410) return 'gone'
  return 'retry'
}
