import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { ask } from '../api/client.ts'
import { Pill } from '../elements/pill.tsx'
import { settings } from '../settings.ts'

/** How often the parts are asked. */
const EVERY_MS = 15_000

interface Readiness {
  parts?: Record<string, { ok: boolean; detail?: string }>
}

/** How the parts do that Ringback stands on, for its operator. */
export function Readiness() {
  const { data, error } = useQuery({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => ask<Readiness>('GET', '/readyz', { signal }),
    refetchInterval: EVERY_MS,
  })
  return (
    <ul aria-label="How its parts do" className="flex flex-wrap items-center gap-2 text-xs text-ink-faint">
      {error && (
        <li>
          <Pill tone="bad" icon={CircleX} title={error.message}>
            not ready
          </Pill>
        </li>
      )}
      {Object.entries(data?.parts ?? {}).map(([name, { ok, detail }]) => (
        <li key={name}>
          <Pill tone={ok ? 'good' : 'bad'} icon={ok ? CircleCheck : CircleX} title={detail ?? ''}>
            {name} {ok ? 'works' : 'is away'}
          </Pill>
        </li>
      ))}
      <li>Ringback {settings.version}</li>
    </ul>
  )
}
