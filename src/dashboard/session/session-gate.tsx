import type { ReactNode } from 'react'
import { ErrorState } from '../elements/error-state.tsx'
import { Skeleton } from '../elements/skeleton.tsx'
import { isOperator } from '../settings.ts'
import { ExpiredLink } from './expired-link.tsx'
import { SessionContext, useSessionQuery } from './session.ts'
import { SignIn } from './sign-in.tsx'

/** Lets in who is signed in, and shows everybody else how. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data: session, error, refetch } = useSessionQuery()
  if (session) return <SessionContext value={session}>{children}</SessionContext>
  if (session === null) return isOperator ? <SignIn /> : <ExpiredLink />
  if (error)
    return (
      <main className="mx-auto max-w-lg p-6">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </main>
    )
  return <Skeleton label="Opening" />
}
