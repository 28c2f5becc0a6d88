import { settings } from '../settings.ts'

/** The command that emits a first event, ready to be pasted. */
export function emitCommand(tenant: string, type = 'invoice.paid'): string {
  return [
    `curl ${location.origin}${settings.prefix}/v1/tenants/${tenant}/events \\`,
    `  -H 'Authorization: Bearer <your key>' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"type": "${type}", "data": {"amount": 1200}}'`,
  ].join('\n')
}
