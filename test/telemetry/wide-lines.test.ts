/** Wide lines, as a running Ringback writes them. */
import { expect, test } from 'vitest'
import { createLog } from '../../src/telemetry/log.ts'
import { createWideLines } from '../../src/telemetry/wide-lines.ts'
import { createHost, schedule } from '../e2e/host.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback } from '../setup/server.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

type Line = Record<string, unknown> & { level: number; msg: string }

/** Runs one delivery that is retried once. @returns the lines of that run, and what they are about */
async function run(variables: Record<string, string>, level = 'info') {
  const lines: Line[] = []
  const log = createLog(level, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const ringback = await startRingback({ variables, log })
  const there = await startReceiver((_, n) => (n === 1 ? { status: 500, body: 'planted answer' } : 200))
  const host = await createHost(ringback.api)
  const endpoint = await host.register(`${there.url}planted-path`, {
    retry: schedule(1),
    headers: { 'x-key': 'planted-header' },
  })
  const event = await host.emit(
    'a',
    { card: 'planted-payload' },
    { headers: { 'x-request-id': 'my-request', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` } },
  )
  const delivery = await host.reaches(await host.deliveryOf(event), 'delivered')
  await ringback.stop()
  await there.close()
  const wide = lines.filter(({ msg }) => /^(Events were accepted|An attempt was made)/.test(msg))
  return { wide, about: { host, endpoint, event, delivery } }
}

test('unless told, no accepted event and no attempt leaves a line', async () => {
  expect((await run({})).wide).toEqual([])
})

test('with a sample of 1, each group of events and each attempt leaves one, with its request and its trace', async () => {
  const { wide, about } = await run({ RINGBACK_LOG_SAMPLE: '1' })
  const { host, endpoint, event, delivery } = about
  const attempt = {
    level: 30,
    msg: 'An attempt was made.',
    tenantId: host.tenant,
    eventId: event.id,
    deliveryId: delivery.id,
    endpointId: endpoint.id,
    attemptId: expect.stringMatching(/^atm_/),
    trigger: 'automatic',
    durationMs: expect.any(Number),
    waitedMs: expect.any(Number),
    remoteAddress: '127.0.0.1',
    traceId: TRACE,
  }
  expect(wide).toMatchObject([
    {
      level: 30,
      msg: 'Events were accepted.',
      events: 1,
      accepted: 1,
      replayed: 0,
      refused: 0,
      deliveries: 1,
      tenantIds: [host.tenant],
      requestIds: ['my-request'],
      traceIds: [TRACE],
    },
    { ...attempt, number: 1, httpStatus: 500, error: 'http_status', status: 'retrying', nextInMs: 1_000 },
    { ...attempt, number: 2, httpStatus: 200, error: null, status: 'delivered', nextInMs: null },
  ])
  expect(JSON.stringify(wide)).not.toContain('planted')
  expect(JSON.stringify(wide)).not.toContain('[redacted]')
})

test('at the level debug all leave one, whatever the sample', async () => {
  const { wide } = await run({ RINGBACK_LOG_LEVEL: 'debug' }, 'debug')
  expect(wide.map(({ level, msg }) => [level, msg])).toEqual([
    [20, 'Events were accepted.'],
    [20, 'An attempt was made.'],
    [20, 'An attempt was made.'],
  ])
})

test('of a sample that share is written', () => {
  let lines = 0
  const log = createLog('info', { write: () => void lines++ })
  let draw = 0
  const wide = createWideLines({ log, sample: 0.25, random: () => (draw++ % 100) / 100 })
  for (let n = 0; n < 1_000; n++) wide.accepted([], [], 1)
  expect(lines).toBe(250)
})
