/** What `ringback dev` says of itself at the start. */
import type { Paint } from '../frame/terminal.ts'

/** Where everything is. */
export interface Greeting {
  url: string
  key: string
  tenant: string
  dataDir: string
  /** A page for people. */
  page: { name: 'dashboard' | 'reference'; url: string }
  receiver?: string | undefined
  secret?: string | undefined
}

/** For people; each value can be copied as it stands. */
export function greetingText(greeting: Greeting, paint: Paint): string {
  const { url, key, tenant, dataDir, page, receiver, secret } = greeting
  const facts = [
    ['url', url],
    ['key', key],
    [page.name, page.url],
    ['data', dataDir],
    ...(receiver ? [['receiver', receiver]] : []),
    ...(secret ? [['secret', secret]] : []),
  ]
  return [
    '',
    ...facts.map(([name, value]) => `  ${paint.dim(name!.padEnd(10))} ${value}`),
    '',
    paint.dim('  Emit an event:'),
    '',
    `  curl ${url}/v1/tenants/${tenant}/events \\`,
    `    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\`,
    `    -d '{"type": "invoice.paid", "data": {"amount": 1200}}'`,
    '',
  ].join('\n')
}

/** The dashboard, signed in; where it was not built, the reference of the API. */
export async function pageOf(url: string, key: string): Promise<Greeting['page']> {
  const dashboard = `${url}/dashboard/`
  const answer = await fetch(dashboard).catch(() => undefined)
  await answer?.body?.cancel()
  // The page takes the key out of its address at once, and no server is sent it.
  if (answer?.ok) return { name: 'dashboard', url: `${dashboard}#token=${encodeURIComponent(key)}` }
  return { name: 'reference', url: `${url}/docs` }
}
