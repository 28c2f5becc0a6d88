import { setTimeout as pause } from 'node:timers/promises'
import { JsonText } from '../../client/http.ts'
import type { AcceptedEvent, Delivery, Event } from '../../client/index.ts'
import { path } from '../../client/operation.ts'
import { SECOND } from '../../duration.ts'
import type { Cli } from '../frame/cli.ts'
import { apiCommand, type Connection, type ConnectionOptions, connect } from '../frame/connection.ts'
import { failed } from '../frame/exit.ts'
import { collectPair, readJson, readMoment, readWhole } from '../frame/input.ts'
import { show } from '../frame/show.ts'
import { plain } from '../frame/terminal.ts'

interface EmitOptions extends ConnectionOptions {
  data: string
  id?: string
  occurredAt?: Date
  metadata?: Record<string, string>
  wait?: boolean
  timeout: number
}

/** `ringback emit`: one event, and what becomes of it. */
export const emitCommand = (cli: Cli) =>
  apiCommand('emit', 'Emit an event')
    .argument('<tenant>', 'whose event it is')
    .argument('<type>', 'what happened, such as invoice.paid')
    .option('-d, --data <data>', 'its data: JSON, @file, or - for stdin', '{}')
    .option('--id <id>', 'your own id: emitted again under it, it is still one event')
    .option('--occurred-at <time>', 'when it happened, if not now', readMoment)
    .option('--metadata <name=value>', 'kept with it, not delivered; may be repeated', collectPair)
    .option('-w, --wait', 'wait until its deliveries have ended; fail unless all are delivered')
    .option('--timeout <seconds>', 'how long to wait at most', readWhole, 60)
    .example(`emit acme invoice.paid --data '{"amount": 1200}'`, 'an event of the tenant acme')
    .example('emit acme invoice.paid --data @invoice.json --wait', 'from a file, until it has arrived')
    .action(async (tenant: string, type: string, options: EmitOptions) => {
      const connection = connect(cli, options)
      const event = await emit(connection, tenant, type, options)
      if (!options.wait)
        return show(cli, options, event, () => `${event.id}  ${deliveriesOf(event.deliveryCount)}`)
      const ended = await waitForEnd(cli, connection, event, options)
      show(cli, options, ended, () => [event.id, ...ended.deliveries.map(lineOf)].join('\n'))
      const others = ended.deliveries.filter(({ status }) => status !== 'delivered')
      if (others.length > 0) throw failed(`Not delivered: ${deliveriesOf(others.length)}.`, 'not_delivered')
    })

/** The data goes as it was written: a parser would round its numbers. */
async function emit({ http }: Connection, tenant: string, type: string, options: EmitOptions) {
  const { id, occurredAt, metadata } = options
  const data = await readJson(options.data)
  const rest = JSON.stringify({ type, id, occurredAt, metadata }).slice(0, -1)
  const body = new JsonText(`${rest},"data":${data.text}}`)
  return http.json<AcceptedEvent>({
    method: 'POST',
    path: path`/v1/tenants/${tenant}/events`,
    body,
    keyed: true,
  })
}

const LOOK_EVERY = SECOND / 4

const isOver = ({ status }: Delivery) => !['pending', 'retrying'].includes(status)

/** What is held waits for somebody: that is news, and no reason to wait on. */
async function waitForEnd(
  cli: Cli,
  { client }: Connection,
  { id, tenantId }: AcceptedEvent,
  options: EmitOptions,
): Promise<Event> {
  const signal = cli.interruption()
  const deadline = performance.now() + options.timeout * SECOND
  for (;;) {
    const event = await client.events.get(tenantId, id, { signal })
    if (event.deliveries.every(isOver) || performance.now() > deadline) return event
    await pause(LOOK_EVERY, undefined, { signal })
  }
}

function lineOf({ id, status, lastAttempt, waitingFor }: Delivery): string {
  const why = status === 'held' ? `waits for ${waitingFor}` : (lastAttempt?.error ?? '')
  const url = lastAttempt?.request.url ?? ''
  return plain(`  ${id}  ${status}  ${lastAttempt?.response?.status ?? why}  ${url}`)
}

const deliveriesOf = (count: number) => `${count} ${count === 1 ? 'delivery' : 'deliveries'}`
