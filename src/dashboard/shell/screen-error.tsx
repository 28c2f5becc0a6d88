import { ErrorState } from '../elements/error-state.tsx'

/** A screen that broke: the others still work. */
export function ScreenError({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <div className="p-6">
      <ErrorState error={error} onRetry={reset} />
    </div>
  )
}
