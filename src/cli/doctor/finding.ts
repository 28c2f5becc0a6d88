/** What the doctor says of one thing. */

export interface Finding {
  /** What was looked at, in a word or two. */
  check: string
  /** A failure keeps Ringback from its work, or will; a warning may be meant. */
  status: 'ok' | 'warning' | 'failure' | 'skipped'
  says: string
  /** What to do about it. */
  cure?: string
}

/** Findings of one check. */
export const findingsOf = (check: string) => ({
  ok: (says: string): Finding => ({ check, status: 'ok', says }),
  skipped: (says: string): Finding => ({ check, status: 'skipped', says }),
  warning: (says: string, cure: string): Finding => ({ check, status: 'warning', says, cure }),
  failure: (says: string, cure: string): Finding => ({ check, status: 'failure', says, cure }),
})
