import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { say, sayError } from '../elements/toasts.tsx'

/**
 * A change through the API: what it did is said, what it made stale is asked again.
 * @param stale the beginnings of the keys of what is stale then
 * @param quiet whether the screen itself shows what went wrong
 */
export function useChange<V, R>(
  change: (variables: V) => Promise<R>,
  { stale, said, quiet = false }: { stale: QueryKey[]; said?: string; quiet?: boolean },
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      if (said) say(said)
      await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
    onError: (error) => {
      if (!quiet) sayError(error)
    },
  })
}
