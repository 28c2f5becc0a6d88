import type { Attempt } from '../api/shapes.ts'

/** What came back, in a word: a status code, or what went wrong. */
export function Answer({ attempt }: { attempt: Attempt | null }) {
  if (!attempt) return <span className="text-ink-faint">—</span>
  const tone = attempt.succeeded ? 'text-good' : 'text-bad'
  const word = attempt.response?.status ?? attempt.error ?? 'failed'
  return (
    <code title={attempt.detail ?? undefined} className={`font-mono text-xs ${tone}`}>
      {word}
    </code>
  )
}
