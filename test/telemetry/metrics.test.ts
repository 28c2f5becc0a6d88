/** The metrics are true: after real traffic each says what happened. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageFolder, version } from '../../src/package.ts'
import { createHost, type Host, schedule } from '../e2e/host.ts'
import type { Delivery } from '../setup/api.ts'
import { hasPromtool, promtool } from '../setup/promtool.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { type Scrape, scrape } from './scrape.ts'

const EVENTS = 40

const read = (file: string) => readFileSync(new URL(file, packageFolder), 'utf8')
const ALERTS = 'deploy/prometheus/alerts.yaml'
const DASHBOARD = 'deploy/grafana/ringback.json'

let ringback: TestRingback
let host: Host
let after: Scrape
beforeAll(async () => {
  ringback = await startRingback({
    variables: { RINGBACK_METRICS_PORT: '0', RINGBACK_RATE_LIMIT_FAILED_AUTH: '2/60' },
  })
  host = await createHost(ringback.api)
  const [well, broken] = await Promise.all([startReceiver(), startReceiver(500)])
  await host.register(well.url)
  await host.register(broken.url, { retry: schedule(1) })

  await Promise.all(Array.from({ length: EVENTS }, (_, n) => host.emit('a', { n })))
  const again = { headers: { 'idempotency-key': 'the-same' } }
  await host.emit('b', {}, again)
  await host.emit('b', {}, again)
  await ringback
    .api('POST', '/v1/tenants/nobody/events', { type: 'a', data: {} })
    .catch((refusal: unknown) => refusal)
  await until(
    () => host.deliveries('status=failed'),
    (failed) => failed.length === EVENTS + 1,
    'all deliveries to the broken endpoint to fail',
  )

  // One is held, and canceled; one leaves with its endpoint.
  const paused = await host.register(well.url)
  await ringback.api('POST', `${host.path}/endpoints/${paused.id}/pause`)
  await Promise.all([host.emit('c', {}), host.emit('c', {})])
  const held = await host.deliveries(`endpointId=${paused.id}`)
  await ringback.api<Delivery>('POST', `${host.path}/deliveries/${held[0]!.id}/cancel`)
  await until(
    async () => (await scrape(ringback.url)).sum('ringback_deliveries_held', { waiting_for: 'paused' }),
    (count) => count === 1,
    'what is held to be counted',
    40_000,
  )
  await ringback.api('DELETE', `${host.path}/endpoints/${paused.id}`)

  for (let n = 0; n < 4; n++)
    await fetch(new URL('/v1/tenants', ringback.url), { headers: { authorization: 'Bearer wrong' } })
  await until(
    () => host.deliveries(),
    (all) => all.every(({ status }) => ['delivered', 'failed', 'canceled'].includes(status)),
    'all to have ended',
  )
  await Promise.all([well.close(), broken.close()])
  after = await scrape(ringback.url)
}, 120_000)
afterAll(() => ringback?.stop())

describe('after real traffic, a scrape', () => {
  it('counts each event that was accepted, once, and what was refused or said again', () => {
    expect(after.sum('ringback_events_accepted_total', { source: 'host' })).toBe(EVENTS + 3)
    expect(after.sum('ringback_events_replayed_total')).toBe(1)
    expect(after.sum('ringback_events_refused_total', { code: 'not_found' })).toBe(1)
    expect(after.sum('ringback_events_failed_total')).toBe(0)
  })

  it('counts the deliveries that were made of them', () => {
    const notices = after.sum('ringback_events_accepted_total', { source: 'notice' })
    expect(after.sum('ringback_event_deliveries_count')).toBe(EVENTS + 3 + notices)
    // Two of each, a third of the last two: it is paused.
    expect(after.sum('ringback_event_deliveries_sum')).toBe(2 * (EVENTS + 3) + 2)
  })

  it('counts how each delivery ended, as the database has it', async () => {
    const { rows } = await ringback.database.pool.query(
      'select status, count(*)::int as n from ringback.deliveries group by status',
    )
    for (const { status, n } of rows)
      expect([status, after.sum('ringback_deliveries_total', { state: status })]).toEqual([status, n])
    expect(after.sum('ringback_deliveries_total', { state: 'canceled' })).toBe(2)
  })

  it('counts and times each attempt by its outcome, as the log of attempts has it', async () => {
    const { rows } = await ringback.database.pool.query(
      `select coalesce(response_status / 100 || 'xx', error) as outcome, count(*)::int as n,
        sum(duration_ms)::int as ms from ringback.attempts group by 1 order by 1`,
    )
    expect(rows.map(({ outcome }) => outcome)).toEqual(['2xx', '5xx'])
    for (const { outcome, n, ms } of rows) {
      expect(after.sum('ringback_attempt_duration_seconds_count', { outcome })).toBe(n)
      const seconds = after.sum('ringback_attempt_duration_seconds_sum', { outcome })
      // The log rounds each to a millisecond.
      expect(Math.abs(seconds - ms / 1_000)).toBeLessThan(n * 0.0006)
    }
    expect(after.sum('ringback_attempts_in_flight')).toBe(0)
  })

  it('counts retries, waits by lane, and the groups that share a commit', async () => {
    const { rows } = await ringback.database.pool.query(
      `select count(*) filter (where number = 1)::int as first, count(*) filter (where number > 1)::int as later,
        count(*)::int as n from ringback.attempts`,
    )
    expect(after.sum('ringback_retries_total')).toBe(rows[0].later)
    expect(after.sum('ringback_queue_wait_seconds_count', { lane: 'front' })).toBe(rows[0].first)
    expect(after.sum('ringback_queue_wait_seconds_count', { lane: 'back' })).toBe(rows[0].later)
    expect(after.sum('ringback_settle_batch_attempts_sum')).toBe(rows[0].n)
  })

  it('counts requests by the template of their route, whatever they name', () => {
    const route = '/v1/tenants/{tenant}/events'
    const emitted = (status: string) =>
      after.sum('ringback_http_requests_total', { method: 'POST', route, status })
    expect([emitted('202'), emitted('404')]).toEqual([EVENTS + 4, 1])
    expect(after.sum('ringback_http_request_duration_seconds_count', { method: 'POST', route })).toBe(
      EVENTS + 5,
    )
    expect(after.sum('ringback_rate_limited_requests_total', { limit: 'address' })).toBe(2)
  })

  it('names no tenant, endpoint or delivery in any label', () => {
    expect(after.text).not.toContain(host.tenant)
    expect(after.text).not.toMatch(/"[^"]*\b(ep|evt|dlv|atm|rcv|sub)_[0-9a-z]{10}/)
  })

  it('tells what it is, and whether it does what one process does for all', () => {
    expect(after.sum('ringback_build_info', { version })).toBe(1)
    expect(after.sum('ringback_lease_held', { duty: 'sweep' })).toBe(1)
    expect(after.sum('ringback_endpoints', { status: 'active' })).toBeGreaterThan(0)
  })

  it('tells how its connections are used', () => {
    expect(after.sum('ringback_postgres_connections', { pool: 'main' })).toBeGreaterThan(0)
    expect(after.values('ringback_postgres_connections', 'pool')).toEqual(['main', 'queue'])
    expect(after.values('ringback_egress_sockets', 'state')).toEqual(['busy', 'idle'])
    expect(after.names).toContain('nodejs_eventloop_lag_p99_seconds')
  })

  it('has paths that nobody knows under one name, and methods too', async () => {
    await fetch(new URL('/nowhere/at-all', ringback.url), { method: 'PURGE' })
    await fetch(new URL('/v1/nothing', ringback.url), {
      headers: { authorization: `Bearer ${ringback.key}` },
    })
    const { sum, text } = await scrape(ringback.url)
    expect(sum('ringback_http_requests_total', { route: 'none', status: '404' })).toBeGreaterThanOrEqual(2)
    expect(text).not.toMatch(/nowhere|at-all|PURGE/)
  })

  it.skipIf(!hasPromtool)('passes `promtool check metrics`', () => {
    expect(promtool(['check', 'metrics'], after.text)).toEqual({ status: 0, said: '' })
  })
})

describe('the port for metrics', () => {
  it('serves the metrics and the probes, and nothing of the API', async () => {
    const ask = async (path: string) => (await fetch(new URL(path, ringback.metricsUrl))).status
    expect(await Promise.all(['/metrics', '/livez', '/readyz'].map(ask))).toEqual([200, 200, 200])
    expect(await Promise.all(['/v1/tenants', '/dashboard/', '/openapi.json'].map(ask))).toEqual([
      404, 404, 404,
    ])
  })
})

describe('the alerts and the dashboard', () => {
  it.skipIf(!hasPromtool)('pass `promtool check rules`', () => {
    const { status, said } = promtool(['check', 'rules', fileURLToPath(new URL(ALERTS, packageFolder))])
    expect(status, said).toBe(0)
  })

  it.each([ALERTS, DASHBOARD])('%s names metrics alone that a scrape has after real traffic', (file) => {
    const named = new Set(expressionsIn(file).flatMap((text) => text.match(METRIC) ?? []))
    expect(named.size).toBeGreaterThan(10)
    expect([...named].filter((name) => !after.names.has(name))).toEqual([])
  })

  it('have company: docs/observability.md tells of every metric of ours', () => {
    const page = read('docs/observability.md')
    const ours = [...after.text.matchAll(/^# TYPE (ringback_\w+)/gm)].map(([, name]) => name!)
    expect(ours.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  it('name every metric of ours on the dashboard', () => {
    const shown = expressionsIn(DASHBOARD).join('\n')
    const ours = [...after.text.matchAll(/^# TYPE (ringback_\w+)/gm)].map(([, name]) => name!)
    const elsewhere = ['ringback_stock_timestamp_seconds']
    expect(ours.filter((name) => !shown.includes(name) && !elsewhere.includes(name))).toEqual([])
  })

  it('lead from each alert to its place in the runbook', () => {
    const runbook = read('docs/runbook.md')
    const alerts = [...read(ALERTS).matchAll(/alert: (\w+)[\s\S]*?runbook: (\S+)/g)]
    expect(alerts.length).toBeGreaterThan(10)
    for (const [, name, link] of alerts) {
      expect(runbook).toContain(`\n## ${name}\n`)
      expect(link).toBe(`docs/runbook.md#${name!.toLowerCase()}`)
    }
  })
})

const METRIC = /\b(?:ringback|nodejs|process)_[a-z0-9_]+/g

/** What is asked of Prometheus, without labels' values and words for people. */
function expressionsIn(file: string): string[] {
  const text = read(file)
  const found =
    file === DASHBOARD
      ? [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(([, json]) => JSON.parse(json!) as string)
      : [...text.matchAll(/expr: >-\n\s+(.*)/g)].map(([, expression]) => expression!)
  return found.map((expression) => expression.replace(/"[^"]*"/g, '""'))
}
