/** Hosts that are killed while they order, and what has to be true of the events in the end. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { expect } from 'vitest'
import type { Ringback } from '../../src/client/index.ts'
import type { Receiver } from '../setup/receiver.ts'
import { until } from '../setup/until.ts'

/** How many transactions hosts begin. */
const ORDERS = 1_000

/** About so many of them by one host, before it is killed. */
const ORDERS_OF_A_HOST = 120

/** Starts a program beside this file; it ends with us. */
export function start(name: string, args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  return fork(file, args, { execArgv: ['--import', 'tsx'] })
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** One host after the other, each killed in the middle of some transactions. */
export async function orderUnderFire(
  { url, table, tenant }: { url: string; table: string; tenant: string },
  afterKill: () => Promise<void> = async () => {},
): Promise<void> {
  for (let number = 1, ended = 0; ended < ORDERS; number++) {
    // Numbers of its own: how far the one before it had come, it could not always tell.
    const host = start('host-process', [url, table, String(number * 100_000), tenant])
    const most = Math.min(ORDERS - ended, ORDERS_OF_A_HOST * (0.5 + Math.random()))
    ended += await countMessages(host, most)
    await kill(host)
    await afterKill()
  }
}

/** Resolves when so many have come. */
function countMessages(child: ChildProcess, most: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0
    child.on('message', () => {
      count++
      if (count >= most) resolve(count)
    })
    child.once('exit', () => reject(new Error('The host ended by itself.')))
  })
}

/** Waits until nothing waits in the outbox, and holds the events against the orders that were committed. */
export async function expectEventsOfOrders(
  hosts: pg.Pool,
  table: string,
  client: Ringback,
  tenant: string,
  receiver: Receiver,
): Promise<void> {
  await until(
    async () => (await hosts.query(`select count(*)::int as left from ${table}`)).rows[0].left as number,
    (left) => left === 0,
    'the outbox to be empty',
    60_000,
  )
  const { rows } = await hosts.query<{ n: number }>('select n from orders order by n')
  const committed = rows.map(({ n }) => n)
  expect(committed.length).toBeGreaterThan(ORDERS / 4)
  expect(committed.length).toBeLessThan((ORDERS * 3) / 4)

  const ids: string[] = []
  for await (const { id } of client.events.list(tenant, { limit: 250 })) ids.push(id)
  expect(ids).toHaveLength(committed.length)

  await receiver.waitFor((all) => new Set(all.map(({ id }) => id)).size >= committed.length, 60_000)
  const delivered = new Map(
    receiver.requests.map(({ id, body }) => [
      id,
      (JSON.parse(body.toString()) as { data: { n: number } }).data.n,
    ]),
  )
  expect([...delivered.keys()].sort()).toEqual(ids.sort())
  expect([...delivered.values()].sort((a, b) => a - b)).toEqual(committed)
}
