import { Link } from '@tanstack/react-router'
import { Rocket } from 'lucide-react'
import { buttonClass } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { useEndpoints } from '../endpoints/use-endpoints.ts'
import { emitCommand } from '../events/emit-command.ts'
import { useMay } from '../session/session.ts'
import { isOperator } from '../settings.ts'

/** For a tenant without an endpoint: what to do first. */
export function FirstSteps({ tenant }: { tenant: string }) {
  const { data } = useEndpoints(tenant, {})
  const mayManage = useMay('manage')
  if (!data || data.data.length > 0) return null
  return (
    <Card>
      <EmptyState icon={Rocket} title="Nothing is registered yet">
        <p>Register the URL that is to get events; then send one to see it arrive.</p>
        {mayManage && (
          <Link to="/tenants/$tenant/endpoints/new" params={{ tenant }} className={buttonClass('primary')}>
            Register an endpoint
          </Link>
        )}
        {isOperator && (
          <div className="w-full">
            <CodeBlock label="Emit an event" text={emitCommand(tenant)} />
          </div>
        )}
      </EmptyState>
    </Card>
  )
}
