import { useState } from 'react'
import type { Scope } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { CheckField, TextField } from '../elements/field.tsx'
import { MomentField } from '../elements/time-filter.tsx'
import { useMakeKey } from './use-keys.ts'

const SCOPES: { scope: Scope; says: string }[] = [
  { scope: 'emit', says: 'Send events.' },
  { scope: 'read', says: 'Look at everything but secrets.' },
  { scope: 'manage', says: 'Change what tenants own, and see its secrets.' },
  { scope: 'admin', says: 'All of this, and the rest: tenants, event types, keys.' },
]

/** Makes a key, and shows it once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const make = useMakeKey()
  return (
    <Dialog open onClose={onClose} title="New API key">
      {make.data ? (
        <div className="flex flex-col gap-4">
          <p className="text-sm text-ink-soft">Copy it now: it is not shown again.</p>
          <CodeBlock label={make.data.name} text={make.data.key} wrap />
          <Button kind="primary" className="self-end" onClick={onClose}>
            I have it
          </Button>
        </div>
      ) : (
        <NewKeyForm make={make} />
      )}
    </Dialog>
  )
}

function NewKeyForm({ make }: { make: ReturnType<typeof useMakeKey> }) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<Scope[]>(['emit'])
  const [tenant, setTenant] = useState('')
  const [expiresAt, setExpiresAt] = useState<string | undefined>()
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate({ name, scopes, ...(tenant ? { tenant } : {}), ...(expiresAt ? { expiresAt } : {}) })
      }}
    >
      <TextField
        label="Name"
        required
        placeholder="billing service"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-xs font-medium text-ink-soft">It may</legend>
        {SCOPES.map(({ scope, says }) => (
          <CheckField
            key={scope}
            label={scope}
            hint={says}
            checked={scopes.includes(scope)}
            onChange={(checked) =>
              setScopes(checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
            }
          />
        ))}
      </fieldset>
      <TextField
        label="Only this tenant"
        placeholder="all tenants"
        value={tenant}
        onChange={(event) => setTenant(event.target.value)}
      />
      <MomentField label="Expires (never, if empty)" value={expiresAt} onChange={setExpiresAt} />
      {make.error && <ErrorState error={make.error} />}
      <Button
        kind="primary"
        type="submit"
        disabled={scopes.length === 0}
        busy={make.isPending}
        className="self-end"
      >
        Make the key
      </Button>
    </form>
  )
}
