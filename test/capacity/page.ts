/** The model's table, for a terminal and for docs/scaling.md. */
import type { Assumptions, MeasuredCosts } from './inputs.ts'
import { cellLimit, needsOf, storedBytes } from './model.ts'

const RATES = [1e3, 1e4, 1e5, 1e6]

/** A table for these rates, and the sentences that belong to it. */
export function capacityTable(measured: MeasuredCosts, assumptions: Assumptions, rates = RATES): string {
  const { costs } = measured
  const limit = cellLimit(costs, assumptions)
  const rows = rates.map((rate) => {
    const needs = needsOf(rate, measured, assumptions)
    const { dollars } = needs
    return [
      whole(rate),
      whole(needs.cells),
      `${whole(needs.processes)} on ${whole(needs.appMachines)}`,
      `${needs.postgresCores} cores, ${needs.walMegabytes.toFixed(1)} MB/s`,
      `${whole(needs.connections)}${needs.needsPooler ? ', pooler' : ''}`,
      `${needs.storageTerabytes.toFixed(needs.storageTerabytes < 100 ? 1 : 0)} TB`,
      ...[dollars.apps, dollars.postgres + dollars.redis, dollars.storage, dollars.egress, dollars.total].map(
        (sum) => `$${whole(sum)}`,
      ),
      `$${((dollars.total / (rate * 30 * 86_400)) * 1e6).toFixed(2)}`,
    ]
  })
  return [
    row([
      ...[
        'deliveries/s',
        'cells',
        'Node processes, machines',
        'Postgres of a cell: cores, log',
        'connections to it',
      ],
      ...[
        'storage in all',
        'machines',
        'Postgres, Redis',
        'storage',
        'traffic out',
        'a month',
        'per million',
      ],
    ]),
    row(Array.from({ length: 12 }, () => '---:')),
    ...rows.map(row),
    '',
    `A cell carries ${whole(limit.rate)} deliveries a second at most; what ends it is ${limit.by}. ` +
      `One delivery a second comes to ${(storedBytes(costs, assumptions) / 1e9).toFixed(1)} GB on one disk ` +
      `(${assumptions.retentionDays.events} days of events, ${assumptions.retentionDays.attempts} of attempts, and a week each).`,
    '',
    `Measured: ${costs.nodeUs.toFixed(0)} µs of Node, ${costs.postgresUs.toFixed(0)} µs of Postgres, ${costs.redisUs.toFixed(0)} µs of Redis a delivery; ` +
      `${whole(costs.eventBytes)} bytes an event, ${whole(costs.deliveryBytes)} a delivery, ${whole(costs.attemptBytes)} an attempt, ` +
      `${whole(costs.walBytes)} of log; ${costs.connections} connections a process; at ${whole(costs.perSecond)}/s, ` +
      `on ${measured.cores} cores, Node ${measured.node}${measured.where ? ` (${measured.where})` : ''}.`,
    '',
  ].join('\n')
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const whole = (value: number) => Math.round(value).toLocaleString('en-US')

const [BEGIN, END] = ['<!-- capacity: printed by npm run docs:generate -->\n', '<!-- /capacity -->']

/** The page with this table between its marks. */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error('docs/scaling.md has lost the marks of its table.')
  return `${page.slice(0, from + BEGIN.length)}\n${table}\n${page.slice(to)}`
}
