import { setTimeout as pause } from 'node:timers/promises'
import type { NewRecovery, Recovery } from '../../client/index.ts'
import { SECOND } from '../../duration.ts'
import type { Cli } from '../frame/cli.ts'
import { confirm, withYes, type YesOption } from '../frame/confirm.ts'
import { apiCommand, type Connection, connect } from '../frame/connection.ts'
import { failed } from '../frame/exit.ts'
import { collect, readMoment, readWhole } from '../frame/input.ts'
import { showProgress } from '../frame/progress.ts'
import { show } from '../frame/show.ts'
import { factText } from '../frame/table.ts'
import { type TenantOption, tenantOf, withTenant } from '../frame/tenant.ts'

interface RecoverOptions extends TenantOption, YesOption {
  after: Date
  before?: Date
  endpoint?: string
  status?: NonNullable<NewRecovery['status']>
  eventType?: string
  includeUnsent?: boolean
  perSecond?: number
  dryRun?: boolean
  detach?: boolean
}

/** `ringback recover`: count, ask, set going, watch. */
export const recoverCommand = (cli: Cli) =>
  withYes(
    withTenant(apiCommand('recover', 'Retry in bulk what has ended: counts first, then asks, then watches')),
  )
    .requiredOption('--after <time>', 'created at this time or later', readMoment)
    .option('--before <time>', 'created before this time; now unless told', readMoment)
    .option('--endpoint <endpoint>', 'for this endpoint alone')
    .option(
      '--status <status>',
      'how they ended: failed (unless told), canceled, delivered; may be repeated',
      collect,
    )
    .option('--event-type <type>', 'of this event type alone')
    .option('--include-unsent', 'also what an endpoint wants now and never had')
    .option('--per-second <count>', 'how many are set going in a second', readWhole)
    .option('--dry-run', 'count, and change nothing')
    .option('--detach', 'do not wait until it is finished')
    .example('recover --tenant acme --after 2h --dry-run', 'how many failed within two hours')
    .example('recover --tenant acme --endpoint ep_01k... --after 1d --yes', 'retry them, without a question')
    .action(async (options: RecoverOptions) => {
      const connection = connect(cli, options)
      const tenant = await tenantOf(cli, connection, options)
      const { client } = connection
      const counted = await client.recoveries.create(tenant, { ...filterOf(options), dryRun: true })
      const { matched, filter } = counted
      if (options.dryRun || matched === 0)
        return show(cli, options, counted, () => `${countOf(matched)} would be retried.`)
      await confirm(cli, options, `retry ${countOf(matched)} of ${tenant}`)
      // What was counted and no more: the window stays as it was then.
      const wanted = { ...filterOf(options), before: filter.before }
      const begun = (await client.recoveries.create(tenant, wanted)) as Recovery
      const ended = options.detach ? begun : await watch(cli, connection, begun)
      show(cli, options, ended, () => textOf(ended))
      if (ended.failed > 0) throw failed(`${countOf(ended.failed)} failed again.`, 'not_delivered')
    })

const filterOf = (options: RecoverOptions): NewRecovery => ({
  after: options.after,
  before: options.before,
  endpointId: options.endpoint,
  status: options.status,
  eventType: options.eventType,
  includeUnsent: options.includeUnsent,
  perSecond: options.perSecond,
})

const LOOK_EVERY = SECOND / 2

/** Ctrl-C ends the watching, not the recovery. */
async function watch(cli: Cli, { client }: Connection, begun: Recovery): Promise<Recovery> {
  const { tenantId, id } = begun
  const signal = cli.interruption()
  const progress = await showProgress(cli.terminal, `Recovering ${countOf(begun.matched)}`, begun.matched)
  let now = begun
  try {
    while (now.status === 'running' || now.status === 'paused') {
      progress.set(now.done + now.failed, sayOf(now))
      await pause(LOOK_EVERY, undefined, { signal })
      now = await client.recoveries.get(tenantId, id, { signal })
    }
  } catch (error) {
    progress.end(`${id} goes on without you.`)
    throw error
  }
  progress.end(sayOf(now))
  return now
}

const sayOf = ({ status, matched, started, done, failed, held }: Recovery) =>
  `${status}: ${started} of ${matched} set going, ${done} delivered, ${failed} failed, ${held} held`

const textOf = ({ id, status, matched, started, done, failed, held }: Recovery) =>
  factText({ recovery: id, status, matched, started, delivered: done, failed, held })

const countOf = (count: number) => `${count} ${count === 1 ? 'delivery' : 'deliveries'}`
