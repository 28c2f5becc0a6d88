import type { AuditEntry } from '../api/shapes.ts'
import { JsonView } from '../elements/json-view.tsx'
import { Moment } from '../elements/moment.tsx'
import { actorName } from './actor-name.ts'
import { TargetLink } from './target-link.tsx'

/**
 * One change; what was before and after is unfolded when asked for.
 * @param isElsewhere whether what was changed is not what the screen is about
 */
export function AuditRow({ entry, isElsewhere = true }: { entry: AuditEntry; isElsewhere?: boolean }) {
  const { at, actor, action, tenantId, target, before, after } = entry
  return (
    <li>
      <details>
        <summary className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm hover:bg-canvas">
          <code className="font-mono text-xs font-medium">{action}</code>
          {isElsewhere && (
            <span className="min-w-0 text-ink-soft">
              {target.kind.replace('_', ' ')}{' '}
              <code className="font-mono text-xs wrap-anywhere">{target.id}</code>
            </span>
          )}
          {isElsewhere && tenantId && <span className="text-ink-faint">{tenantId}</span>}
          <span className="ml-auto flex gap-3 text-xs text-ink-faint">
            <span title={actor.id ?? undefined}>by {actorName(actor)}</span>
            <Moment at={at} />
          </span>
        </summary>
        <div className="grid gap-3 px-4 pb-3 md:grid-cols-2">
          <JsonView label="Before" value={before} />
          <JsonView label="After" value={after} />
          {isElsewhere && <TargetLink entry={entry} />}
        </div>
      </details>
    </li>
  )
}
