/** An egress that may reach loopback, and nothing else of what is not public. */
import { onTestFinished } from 'vitest'
import { createEgress, type Egress, type EgressOptions, type Outcome } from '../../src/egress/index.ts'

/** Every name is on loopback unless `resolve` says otherwise; closed when the test ends. */
export function loopbackEgress(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({
    allow: ['127.0.0.0/8'],
    requireHttps: false,
    resolve: async () => ['127.0.0.1'],
    ...options,
  })
  onTestFinished(() => egress.close())
  return egress
}

/** Posts `{}`. */
export function post(
  egress: Egress,
  url: string,
  headers: Record<string, string> = {},
  timeoutMs = 10_000,
): Promise<Outcome> {
  return egress.send({
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from('{}'),
    timeoutMs,
  })
}
