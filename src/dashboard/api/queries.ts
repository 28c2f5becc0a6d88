/** The cache of answers, and how a failed question is asked again. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiProblem } from './client.ts'

/** @param onSignedOut told when the session is over */
export function createQueries(onSignedOut: () => void): QueryClient {
  const notice = (error: unknown) => {
    if (error instanceof ApiProblem && error.status === 401) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({ onError: notice }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: KEPT_MS,
        // An answer that says no says it again; only a server that was away or overrun is asked once more.
        retry: (count, error) => count < 2 && error instanceof ApiProblem && isPassing(error.status),
      },
    },
  })
}

/** For as long somebody who comes back to a screen sees at once what was there. */
const KEPT_MS = 60_000

const isPassing = (status: number) => status === 0 || status === 429 || status >= 500
