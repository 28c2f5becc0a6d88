import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { TextField } from '../elements/field.tsx'
import { usePutTenant } from './use-tenants.ts'

/** Makes a tenant, and leads to it. */
export function NewTenantDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [id, setId] = useState('')
  const [name, setName] = useState('')
  const put = usePutTenant()
  const navigate = useNavigate()

  async function make() {
    await put.mutateAsync({ id, name: name || null })
    onClose()
    await navigate({ to: '/tenants/$tenant', params: { tenant: id } })
  }

  return (
    <Dialog open={open} onClose={onClose} title="New tenant">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void make().catch(() => {})
        }}
      >
        <TextField
          label="Id"
          required
          pattern="[A-Za-z0-9._\-]{1,128}"
          placeholder="acme"
          hint="Your own id of this customer: letters, digits, dot, underscore, hyphen."
          value={id}
          onChange={(event) => setId(event.target.value)}
        />
        <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} />
        {put.error && <ErrorState error={put.error} />}
        <Button kind="primary" type="submit" busy={put.isPending} className="self-end">
          Make the tenant
        </Button>
      </form>
    </Dialog>
  )
}
