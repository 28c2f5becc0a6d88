import { Link2Off } from 'lucide-react'
import { EmptyState } from '../elements/empty-state.tsx'
import { Brand } from '../shell/brand.tsx'

/** The portal without a session: only the host application can open another. */
export function ExpiredLink() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 p-4">
      <Brand />
      <EmptyState icon={Link2Off} title="This link is no longer good">
        <p>
          Links into this page last for a while only. Go back to where you came from and open it from there
          again.
        </p>
      </EmptyState>
    </main>
  )
}
