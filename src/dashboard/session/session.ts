/** Who is signed in: from a key or a link to a cookie that no script can read. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { ApiProblem, ask } from '../api/client.ts'
import type { Scope, Session } from '../api/shapes.ts'
import { markSignedIn, maySignedIn } from './sign-in-mark.ts'

export const SESSION_KEY = ['session']

/** The session; null when nobody is signed in. */
export function useSessionQuery() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: ({ signal }) => openSession(signal), staleTime: 60_000 })
}

/** A link brings its token in the fragment; it is turned into a session, and taken out of the address at once. */
async function openSession(signal: AbortSignal): Promise<Session | null> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) {
    history.replaceState(null, '', location.pathname + location.search)
    return signIn(token).catch(noneIfRefused)
  }
  if (!maySignedIn()) return null
  return ask<Session>('GET', '/v1/session', { signal }).catch(noneIfRefused)
}

async function signIn(token: string): Promise<Session> {
  const session = await ask<Session>('POST', '/v1/session', { body: { token } })
  markSignedIn(true)
  return session
}

function noneIfRefused(error: unknown): null {
  if (!(error instanceof ApiProblem) || error.status !== 401) throw error
  markSignedIn(false)
  return null
}

/** Signs in with a key. */
export function useSignIn() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: signIn,
    onSuccess: (session) => queries.setQueryData(SESSION_KEY, session),
  })
}

/** Signs out; what was read is forgotten. */
export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => ask<void>('DELETE', '/v1/session'),
    onSuccess: () => {
      markSignedIn(false)
      queries.clear()
      queries.setQueryData(SESSION_KEY, null)
      // Whatever the page still holds of theirs goes with it.
      location.reload()
    },
  })
}

export const SessionContext = createContext<Session | null>(null)

/** The session, on every screen behind the gate. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('This screen stands before the gate')
  return session
}

/** Whether the viewer may do what a scope stands for. What they may not is not shown; the API refuses it anyway. */
export function useMay(scope: Scope): boolean {
  const { scopes } = useSession()
  return scopes.includes(scope) || scopes.includes('admin')
}
