/** Each alert on series that it is for, and on those that it must keep quiet about: by Prometheus' own tester of rules. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packageFolder } from '../../src/package.ts'
import { hasPromtool, promtool } from '../setup/promtool.ts'
import { read } from '../ship/files.ts'

const RULES = 'deploy/prometheus/alerts.yaml'

interface Rule {
  alert: string
  for: string
  annotations: Record<string, string>
}

/** Series by what they are called, each with its values minute by minute in promtool's own notation. */
type Series = Record<string, string>

/** What an alert is for, and what is like it and no reason to wake anybody. */
interface Case {
  fires: Series
  quiet: Series
  /** What else its labels hold. */
  labels?: Record<string, string>
}

/** For two hours: longer than any alert waits. */
const always = (value: number) => `${value}+0x120`
const rising = (perMinute: number) => `0+${perMinute}x120`
const build = (version: string) => `ringback_build_info{version="${version}"}`
const attempts = (outcome: string) => `ringback_attempt_duration_seconds_count{outcome="${outcome}"}`
const wait = (le: string) => `ringback_queue_wait_seconds_bucket{lane="front",le="${le}"}`

const CASES: Record<string, Case> = {
  RingbackDown: { fires: {}, quiet: { [build('1.0.0')]: always(1) } },
  RingbackEventsFail: {
    fires: { ringback_events_failed_total: rising(1) },
    quiet: { ringback_events_failed_total: always(7) },
  },
  RingbackApiErrors: {
    fires: {
      'ringback_http_requests_total{status="202"}': rising(90),
      'ringback_http_requests_total{status="503"}': rising(10),
    },
    quiet: {
      'ringback_http_requests_total{status="202"}': rising(1_000),
      'ringback_http_requests_total{status="503"}': rising(5),
    },
  },
  RingbackDeliveriesLate: {
    fires: { [wait('10')]: rising(10), [wait('60')]: rising(100), [wait('+Inf')]: rising(100) },
    quiet: { [wait('10')]: rising(99), [wait('60')]: rising(100), [wait('+Inf')]: rising(100) },
  },
  RingbackNothingMoves: {
    fires: { ringback_delivery_overdue_seconds: always(600), [attempts('2xx')]: always(5_000) },
    quiet: { ringback_delivery_overdue_seconds: always(600), [attempts('2xx')]: rising(1) },
  },
  RingbackDeliveriesFail: {
    fires: {
      'ringback_deliveries_total{state="delivered"}': rising(90),
      'ringback_deliveries_total{state="failed"}': rising(10),
    },
    quiet: {
      'ringback_deliveries_total{state="delivered"}': rising(99),
      'ringback_deliveries_total{state="failed"}': rising(1),
    },
  },
  RingbackReceiversFail: {
    fires: { [attempts('2xx')]: rising(70), [attempts('5xx')]: rising(30) },
    quiet: { [attempts('2xx')]: rising(90), [attempts('5xx')]: rising(10) },
  },
  RingbackCircuitsOpen: {
    fires: { ringback_circuits_open: always(20), 'ringback_endpoints{status="active"}': always(100) },
    quiet: { ringback_circuits_open: always(5), 'ringback_endpoints{status="active"}': always(100) },
  },
  RingbackAddressRefused: {
    fires: { [attempts('address_not_allowed')]: rising(1) },
    quiet: { [attempts('address_not_allowed')]: always(3), [attempts('2xx')]: rising(1) },
  },
  RingbackNobodySweeps: {
    fires: { 'ringback_lease_held{duty="sweep",instance="a"}': always(0) },
    quiet: {
      'ringback_lease_held{duty="sweep",instance="a"}': always(0),
      'ringback_lease_held{duty="sweep",instance="b"}': always(1),
    },
  },
  RingbackDutyFails: {
    fires: { 'ringback_duty_failures_total{duty="sweep"}': rising(2) },
    quiet: { 'ringback_duty_failures_total{duty="sweep"}': always(4) },
    labels: { duty: 'sweep' },
  },
  RingbackStockOld: {
    fires: { ringback_stock_timestamp_seconds: always(0) },
    quiet: { ringback_stock_timestamp_seconds: rising(60) },
  },
  RingbackPartitionsRunOut: {
    fires: { ringback_partitions_ahead_seconds: always(10 * 86_400) },
    quiet: { ringback_partitions_ahead_seconds: always(25 * 86_400) },
  },
  RingbackPostgresPoolFull: {
    fires: { 'ringback_postgres_waiting_queries{instance="a",pool="main"}': always(40) },
    quiet: {
      'ringback_postgres_waiting_queries{instance="a",pool="main"}': '0+0x95 40 0 40 40 0 40 40 0 40',
    },
    labels: { instance: 'a', pool: 'main' },
  },
  RingbackEgressFull: {
    fires: { 'ringback_egress_waiting_requests{instance="a"}': always(5) },
    quiet: { 'ringback_egress_waiting_requests{instance="a"}': always(0) },
    labels: { instance: 'a' },
  },
  RingbackEventLoopLags: {
    fires: { 'nodejs_eventloop_lag_p99_seconds{instance="a"}': always(0.5) },
    quiet: { 'nodejs_eventloop_lag_p99_seconds{instance="a"}': always(0.05) },
    labels: { instance: 'a' },
  },
  RingbackNoticesWait: {
    fires: { ringback_notices_waiting: always(5_000) },
    quiet: { ringback_notices_waiting: always(10) },
  },
  RingbackSentTwice: {
    fires: { ringback_attempts_late_total: rising(1) },
    quiet: { ringback_attempts_late_total: always(2) },
  },
  RingbackVersionsDiffer: {
    fires: { [build('1.0.0')]: always(1), [build('1.1.0')]: always(1) },
    quiet: { [build('1.1.0')]: always(1) },
  },
}

const { groups } = parse(read(RULES)) as {
  groups: { rules: (Rule & { labels: Record<string, string> })[] }[]
}
const rules = groups.flatMap((group) => group.rules)

const minutes = (text: string) => Number.parseInt(text, 10) * (text.endsWith('h') ? 60 : 1)

/** What a person reads: with the labels in their places. */
const filledIn = (annotations: Rule['annotations'], labels: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(annotations).map(([name, text]) => [
      name,
      text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? ''),
    ]),
  )

/** What promtool says when the alert is expected, or is not, at the end of these series. */
async function tested(
  name: string,
  series: Series,
  expected: Record<string, string> | undefined,
  afterMinutes = 100,
) {
  const { labels, annotations } = rules.find(({ alert }) => alert === name)!
  const folder = await mkdtemp(join(tmpdir(), 'ringback-alerts-'))
  const file = join(folder, 'test.yaml')
  const test = {
    rule_files: [fileURLToPath(new URL(RULES, packageFolder))],
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([called, values]) => ({ series: called, values })),
        alert_rule_test: [
          {
            eval_time: `${afterMinutes}m`,
            alertname: name,
            exp_alerts: expected
              ? [{ exp_labels: { ...labels, ...expected }, exp_annotations: filledIn(annotations, expected) }]
              : [],
          },
        ],
      },
    ],
  }
  await writeFile(file, JSON.stringify(test))
  const { status, said } = promtool(['test', 'rules', file])
  await rm(folder, { recursive: true })
  return status === 0 ? 'as expected' : said
}

describe('each alert', () => {
  it('has a case', () => {
    expect(Object.keys(CASES).sort()).toEqual(rules.map(({ alert }) => alert).sort())
  })

  it.skipIf(!hasPromtool).each(Object.entries(CASES))(
    '%s fires when it shall, and not for what is like it',
    async (name, { fires, quiet, labels = {} }) => {
      expect(await tested(name, fires, labels)).toBe('as expected')
      expect(await tested(name, quiet, undefined)).toBe('as expected')
      // What has been so for less than it waits is no reason yet.
      expect(
        await tested(name, fires, undefined, minutes(rules.find(({ alert }) => alert === name)!.for) - 1),
      ).toBe('as expected')
    },
  )
})
