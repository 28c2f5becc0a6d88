import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Tenant } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { TextField } from '../elements/field.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Screen } from '../elements/screen.tsx'
import { RetryPolicyField } from '../endpoints/retry-policy-field.tsx'
import { useTenant } from './use-tenant.ts'
import { usePutTenant, useRemoveTenant, useTenantSettings } from './use-tenants.ts'

/** What the operator sets of a tenant. */
export function TenantSettingsScreen() {
  const id = useTenant()
  const tenant = useTenantSettings(id)
  return (
    <Screen title="Settings" lead="What holds for all endpoints of this tenant that do not say otherwise.">
      <Loaded query={tenant}>{(data) => <TenantForm key={data.updatedAt} tenant={data} />}</Loaded>
      <RemoveTenant id={id} />
    </Screen>
  )
}

function TenantForm({ tenant }: { tenant: Tenant }) {
  const [name, setName] = useState(tenant.name ?? '')
  const [retry, setRetry] = useState(tenant.retry)
  const [timeout, setTimeout] = useState(tenant.timeoutMs === null ? '' : `${tenant.timeoutMs}`)
  const put = usePutTenant()
  return (
    <Card title={tenant.id}>
      <form
        className="flex max-w-xl flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          put.mutate({
            id: tenant.id,
            name: name || null,
            retry,
            timeoutMs: timeout === '' ? null : Number(timeout),
          })
        }}
      >
        <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} />
        <RetryPolicyField value={retry} onChange={setRetry} inherited="the installation's" />
        <TextField
          label="Timeout in milliseconds"
          type="number"
          min={1_000}
          max={30_000}
          placeholder="The installation's"
          value={timeout}
          onChange={(event) => setTimeout(event.target.value)}
        />
        {put.error && <ErrorState error={put.error} />}
        <Button kind="primary" type="submit" busy={put.isPending} className="self-start">
          Save
        </Button>
      </form>
    </Card>
  )
}

function RemoveTenant({ id }: { id: string }) {
  const remove = useRemoveTenant()
  const navigate = useNavigate()
  return (
    <Card title="Delete this tenant">
      <p className="mb-3 text-sm text-ink-soft">
        Its endpoints go with it, and what waits for them is canceled. Its events stay until retention drops
        them.
      </p>
      <Confirm
        trigger={<Button kind="danger">Delete the tenant</Button>}
        title={`Delete ${id}?`}
        verb="Delete the tenant"
        type={id}
        onConfirm={async () => {
          await remove.mutateAsync(id)
          await navigate({ to: '/tenants' })
        }}
      >
        All its endpoints are deleted, and its waiting deliveries are canceled. This cannot be taken back.
      </Confirm>
    </Card>
  )
}
