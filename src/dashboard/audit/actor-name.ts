import type { AuditEntry } from '../api/shapes.ts'

/** Who did something, in words. */
export function actorName({ kind, id, name }: AuditEntry['actor']): string {
  if (kind === 'system') return 'Ringback itself'
  if (kind === 'admin') return 'the operator'
  const what = kind === 'portal' ? 'somebody in the portal' : 'an API key'
  return name ?? (id ? `${what}, ${id}` : what)
}
