import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findHome } from '../../src/db/embedded/home.ts'
import { isAlive, readPostmasterFile } from '../../src/db/embedded/postmaster.ts'
import { waitUntil } from '../../src/db/embedded/wait.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { type Checkout, makeCheckout, Owner, query } from './embedded-checkout.ts'

let checkout: Checkout
let dataDir: string
let owners: Owner[]
beforeAll(async () => {
  checkout = await makeCheckout()
  await chmod(checkout.base, 0o755)
})
afterAll(() => checkout.remove())
beforeEach(({ task }) => {
  dataDir = join(checkout.base, `data-${task.id}`)
  owners = []
})
afterEach(async () => {
  await Promise.all(owners.map((owner) => owner.stop()))
  await removeDataDir(dataDir)
})

function start(): Owner {
  const owner = new Owner(checkout, dataDir)
  owners.push(owner)
  return owner
}

const data = async () => join((await findHome(dataDir)).cluster, 'data')

const postmaster = async () => (await readPostmasterFile(await data()))!.pid

describe('what a killed Ringback leaves, the next start takes over', () => {
  for (const target of ['process', 'group'] as const)
    test(`kill -9 of its ${target} loses nothing that was committed`, async () => {
      const first = start()
      await query(await first.started(), 'CREATE TABLE kept AS SELECT 42 AS answer')
      const orphan = await postmaster()
      await first.kill(target)
      expect(await isAlive(orphan)).toBe(true)

      expect(await query(await start().started(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
      expect(await isAlive(orphan)).toBe(false)
    })

  test('kill -9 of Ringback and of its Postgres loses nothing that was committed', async () => {
    const first = start()
    await query(await first.started(), 'CREATE TABLE kept AS SELECT 42 AS answer')
    const orphan = await postmaster()
    await first.kill()
    process.kill(orphan, 'SIGKILL')

    expect(await query(await start().started(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  test('kill -9 while the database is being made leaves nothing in the way', async () => {
    const first = start()
    const drafts = async () =>
      (await readdir(dataDir).catch(() => [])).filter((name) => name.includes('draft'))
    const underWay = async () => {
      const [draft] = await drafts()
      return draft !== undefined && (await readdir(join(dataDir, draft))).includes('data')
    }
    expect(await waitUntil(underWay, 20_000)).toBe(true)
    await first.kill('group')
    expect(await drafts()).toHaveLength(1)

    const second = start()
    expect(await query(await second.started(), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await second.stop()
    await start().started()
    expect(await drafts()).toEqual([])
  })

  test('a process id that went to a stranger is not taken for Postgres, nor is the stranger harmed', async () => {
    const first = start()
    await first.started()
    await first.stop()
    const { uid, gid } = await stat(await data())
    const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
    try {
      const file = join(await data(), 'postmaster.pid')
      await writeFile(file, `${stranger.pid}\n${await data()}\n1\n5432\n\n127.0.0.1\n1 1\nready\n`)
      await chown(file, uid, gid)
      expect(await query(await start().started(), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
      expect(await isAlive(stranger.pid!)).toBe(true)
    } finally {
      stranger.kill()
    }
  })
})

describe('one Ringback at a time', () => {
  test('a second one on the same directory is told who has it, and what to do', async () => {
    const first = start()
    const url = await first.started()
    await expect(start().started()).rejects.toThrow(
      new RegExp(`StartRefused: Another Ringback, process ${first.pid}, .*Stop it first`),
    )
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('of many that start at the same moment exactly one goes on', async () => {
    await mkdir(dataDir)
    const started = await Promise.allSettled(
      [start(), start(), start(), start()].map((owner) => owner.started()),
    )
    const refusals = started.filter((each) => each.status === 'rejected')
    expect(refusals).toHaveLength(3)
    for (const refusal of refusals) expect(String(refusal.reason)).toContain('Another Ringback')
  })
})

test('Ctrl-C, which reaches the whole process group, leaves Postgres to Ringback', async () => {
  const owner = start()
  const client = new pg.Client(await owner.started())
  await client.connect()
  owner.signal('SIGINT', 'group')
  await owner.told('interrupted')
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await client.end()
})
