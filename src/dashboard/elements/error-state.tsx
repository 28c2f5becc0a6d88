import { TriangleAlert } from 'lucide-react'
import { ApiProblem } from '../api/client.ts'
import { Button } from './button.tsx'

/** What went wrong, in the API's words, with its code. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-lg border border-line bg-bad-soft p-4 text-bad"
    >
      <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{error instanceof Error ? error.message : String(error)}</p>
        {error instanceof ApiProblem && (
          <>
            {error.errors.length > 0 && (
              <ul className="mt-1 list-disc pl-5 text-sm">
                {error.errors.map(({ path, message }) => (
                  <li key={`${path} ${message}`}>
                    {path && <code className="font-mono text-xs">{path}</code>} {message}
                  </li>
                ))}
              </ul>
            )}
            <code className="font-mono text-xs">{error.code}</code>
          </>
        )}
      </div>
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
