import { Eye, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import type { Endpoint } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Snippets } from '../verify/snippets.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { useSecrets } from './use-endpoint-changes.ts'

/** The signing secret: shown when asked for, and changed with a grace. */
export function EndpointSecret({ endpoint }: { endpoint: Endpoint }) {
  const [isShown, setShown] = useState(false)
  const [isRotating, setRotating] = useState(false)
  const secrets = useSecrets(endpoint.tenantId, endpoint.id, isShown)
  return (
    <>
      <Card
        title="Signing secret"
        actions={
          <Button size="small" onClick={() => setRotating(true)}>
            <RefreshCw size={13} aria-hidden />
            Rotate
          </Button>
        }
      >
        <p className="mb-3 text-sm text-ink-soft">
          Each callback is signed with it, so that the receiver can tell it is genuine. Keep it as you would a
          password.
        </p>
        {!isShown && (
          <Button onClick={() => setShown(true)}>
            <Eye size={14} aria-hidden />
            Show the secret
          </Button>
        )}
        {isShown && (
          <Loaded query={secrets} rows={1}>
            {({ secret, previous }) => (
              <div className="flex flex-col gap-3">
                <CodeBlock label="Secret" text={secret} wrap />
                {previous.map((old) => (
                  <div key={old.secret}>
                    <CodeBlock label="Former secret" text={old.secret} wrap />
                    <p className="mt-1 text-xs text-ink-soft">
                      It signs along until <Moment at={old.expiresAt} />.
                    </p>
                  </div>
                ))}
              </div>
            )}
          </Loaded>
        )}
      </Card>
      <Snippets />
      <RotateDialog
        endpoint={endpoint}
        open={isRotating}
        onClose={() => setRotating(false)}
        onDone={() => setShown(true)}
      />
    </>
  )
}
