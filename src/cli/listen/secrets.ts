/** With what a forwarded callback is signed: as the endpoint's would be, where its secrets may be read. */
import { type RequestOptions, RingbackError } from '../../client/index.ts'
import { parseSecret } from '../../signing/secret.ts'
import type { Cli } from '../frame/cli.ts'
import type { Connection } from '../frame/connection.ts'
import { ownSecret } from './own-secret.ts'

/** The keys to sign with for an endpoint. */
export type KeysOf = (endpointId: string) => Promise<readonly Uint8Array[]>

/** @param given a secret that was said: it signs for all endpoints */
export function createSecrets(
  cli: Cli,
  { client }: Connection,
  tenant: string,
  given: string | undefined,
  options: RequestOptions,
): KeysOf {
  const known = new Map<string, Promise<readonly Uint8Array[]>>()
  let own: Promise<readonly Uint8Array[]> | undefined

  async function read(endpointId: string): Promise<readonly Uint8Array[]> {
    if (given !== undefined) return [parseSecret(given)]
    try {
      const { secret, previous } = await client.endpoints.getSecret(tenant, endpointId, options)
      cli.terminal.say(`What is for ${endpointId} is signed with its own secret.`)
      return [secret, ...previous.map((one) => one.secret)].map(parseSecret)
    } catch (error) {
      if (!(error instanceof RingbackError) || ![403, 404].includes(error.status ?? 0)) throw error
      own ??= takeOwn()
      return own
    }
  }

  async function takeOwn() {
    const secret = await ownSecret(cli.env)
    cli.terminal.say(
      `The endpoint's secret may not be read with this key. What comes is signed with ${secret}`,
    )
    return [parseSecret(secret)]
  }

  return (endpointId) => {
    const found = known.get(endpointId) ?? read(endpointId)
    known.set(endpointId, found)
    found.catch(() => known.delete(endpointId))
    return found
  }
}
