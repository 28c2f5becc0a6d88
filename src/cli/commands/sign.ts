import { parseSecret } from '../../signing/secret.ts'
import { deliveryHeaders } from '../../signing/sign.ts'
import type { Cli } from '../frame/cli.ts'
import { command, type JsonOption } from '../frame/command.ts'
import { usage } from '../frame/exit.ts'
import { collect, readInput, readWhole } from '../frame/input.ts'
import { show } from '../frame/show.ts'

interface SignOptions extends JsonOption {
  secret?: string[]
  id: string
  timestamp?: number
  body: string
}

/** `ringback sign`: the headers that make a body a callback. */
export const signCommand = (cli: Cli) =>
  command('sign', 'Sign a body as Ringback does: prints the three headers')
    .option('--secret <whsec>', 'what to sign with (RINGBACK_SECRET); may be repeated', collect)
    .option('--id <id>', 'the header webhook-id', 'evt_test')
    .option('--timestamp <seconds>', 'the header webhook-timestamp; now unless told', readWhole)
    .option('-b, --body <body>', 'what is signed: text, @file, or - for stdin', '-')
    .example('sign --secret whsec_... --body @callback.json', 'headers for curl: one a line')
    .action(async ({ secret, id, timestamp, body, ...options }: SignOptions) => {
      if (id.includes('.')) throw usage('The id must hold no ".", which separates what is signed.')
      const headers = deliveryHeaders({
        id,
        timestamp: timestamp ?? Math.floor(Date.now() / 1_000),
        body: await readInput(body),
        keys: secretsOf(cli, secret).map(keyOf),
      })
      show(cli, options, headers, () =>
        Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
      )
    })

/** @throws Failure when there is none */
export function secretsOf({ env }: Cli, given: readonly string[] | undefined): readonly string[] {
  const secrets = given ?? env.RINGBACK_SECRET?.split(/[\s,]+/).filter((one) => one !== '') ?? []
  if (secrets.length === 0) throw usage('There is no secret: say --secret, or set RINGBACK_SECRET.')
  return secrets
}

/** @throws Failure for what is no secret; it does not repeat it */
export function keyOf(secret: string): Uint8Array {
  try {
    return parseSecret(secret)
  } catch (error) {
    throw usage((error as Error).message)
  }
}
