import { type Delivery, RingbackError } from '../../client/index.ts'
import { bodyOf } from '../body.ts'
import { timeOfDay } from '../follow.ts'
import type { Cli } from '../frame/cli.ts'
import { apiCommand, connect } from '../frame/connection.ts'
import { usage } from '../frame/exit.ts'
import { listenToKeys } from '../frame/hotkeys.ts'
import { collectPair, readWhole } from '../frame/input.ts'
import { type TenantOption, tenantOf, withTenant } from '../frame/tenant.ts'
import { jsonText, type Paint, plain } from '../frame/terminal.ts'
import { forward, type Outcome } from '../listen/forward.ts'
import { incoming } from '../listen/incoming.ts'
import { createSecrets } from '../listen/secrets.ts'
import { keyOf } from './sign.ts'

interface ListenOptions extends TenantOption {
  forward: string
  endpoint?: string
  eventType?: string
  secret?: string
  header: Record<string, string>
  timeout: number
}

/** `ringback listen`: a tenant's deliveries come to this machine, which the server need not reach. */
export const listenCommand = (cli: Cli) =>
  withTenant(
    apiCommand(
      'listen',
      "Forward a tenant's deliveries to a receiver here, each event once; --json writes a line each",
    ),
  )
    .requiredOption('-f, --forward <url>', 'the receiver, such as http://localhost:3000/hook')
    .option('--endpoint <endpoint>', 'what is for this endpoint alone')
    .option('--event-type <type>', 'of this event type alone')
    .option('--secret <whsec>', "sign with this; unless told, with the endpoint's, or one of your own")
    .option('--header <name=value>', 'sent with each; may be repeated', collectPair, {})
    .option('--timeout <seconds>', 'how long the receiver may take', readWhole, 30)
    .example('listen --forward http://localhost:3000/hook --tenant acme', 'everything that acme gets')
    .example(
      'listen --forward http://localhost:3000/hook --tenant acme --url https://callbacks.example.com',
      'from a server elsewhere',
    )
    .action(async (options: ListenOptions) => {
      const url = receiverOf(options.forward)
      if (options.secret !== undefined) keyOf(options.secret)
      const connection = connect(cli, options)
      const { endpoint: endpointId, eventType, header: headers, timeout: timeoutSeconds } = options
      const tenant = await tenantOf(cli, connection, options)
      const signal = cli.interruption()
      const { terminal } = cli
      // A server that restarts is waited for: what it tells is not to be lost for that.
      const patient = { signal, retries: 100 }
      const keysOf = createSecrets(cli, connection, tenant, options.secret, patient)

      let last: (() => Promise<void>) | undefined
      const handle = async (delivery: Delivery) => {
        const body = await bodyOf(connection, tenant, delivery.eventId, patient)
        const keys = await keysOf(delivery.endpointId)
        const send = async () => {
          const sent = { url, eventId: delivery.eventId, body, keys, headers, timeoutSeconds }
          const outcome = await forward(sent)
          terminal.print(
            options.json ? jsonLine(delivery, url, outcome) : line(delivery, url, outcome, terminal.paint),
          )
        }
        last = send
        await send()
      }

      await warnIfNoneWants(cli, connection, tenant)
      terminal.say(`Forwarding what ${tenant} gets to ${url}; Ctrl-C ends it.`)
      const leave = listenToKeys(terminal, {
        r: { says: 're-send the last', press: () => last?.() ?? terminal.say('Nothing came yet.') },
        q: { says: 'quit', press: () => process.kill(process.pid, 'SIGINT') },
      })
      try {
        const watching = { tenant, endpointId, eventType }
        for await (const delivery of incoming(connection, watching, Date.now(), { signal }))
          await handle(delivery).catch((error) => {
            // One that retention has taken is no reason to stop for.
            if (!(error instanceof RingbackError) || error.status !== 404) throw error
            terminal.say(`${delivery.eventId} is not there any more.`)
          })
      } finally {
        leave()
      }
    })

function receiverOf(text: string): string {
  // A port alone is what people mean most often.
  const url = /^\d{1,5}$/.test(text) ? `http://localhost:${text}/` : text
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw usage(`${text} is no URL to forward to; say one such as http://localhost:3000/hook.`)
  return url
}

/** An event that no endpoint wants makes no delivery, and nothing would come. */
async function warnIfNoneWants(cli: Cli, { client }: ReturnType<typeof connect>, tenant: string) {
  const { data } = await client.endpoints.list(tenant, { limit: 1 }).page()
  if (data.length === 0)
    cli.terminal.say(
      `${tenant} has no endpoint, so no event makes a delivery that could be forwarded. Register one: ringback endpoints create <url> --tenant ${tenant}`,
    )
}

function line({ eventType, eventId }: Delivery, url: string, outcome: Outcome, paint: Paint): string {
  const { status, error, durationMs } = outcome
  const good = status !== null && status >= 200 && status < 300
  const result = (good ? paint.green : paint.red)(`[${status ?? 'ERR'}]`)
  const rest = `POST ${url} ${eventType} ${eventId} (${durationMs}ms)${error === null ? '' : ` ${error}`}`
  return `${paint.dim(timeOfDay())} ${result} ${plain(rest)}`
}

const jsonLine = ({ id, eventType, eventId }: Delivery, url: string, outcome: Outcome) =>
  jsonText({ at: new Date().toISOString(), url, eventId, eventType, deliveryId: id, ...outcome })
