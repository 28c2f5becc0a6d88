import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findHome } from '../../src/db/embedded/home.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { isAlive, readPostmasterFile } from '../../src/db/embedded/postmaster.ts'
import { StartRefused } from '../../src/errors.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { query } from './embedded-checkout.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ringback-embedded-'))
})
afterEach(() => removeDataDir(dataDir))

const cluster = async () => (await findHome(dataDir)).cluster

describe('the embedded Postgres', () => {
  test('makes a database where there is none, and answers', async () => {
    const server = await startEmbeddedPostgres({ dataDir })
    try {
      const rows = await query(
        server.url,
        `SELECT current_setting('server_version_num')::int / 10000 AS major`,
      )
      expect(rows).toEqual([{ major: 18 }])
    } finally {
      await server.stop()
    }
  })

  test('keeps what was committed from one start to the next', async () => {
    const first = await startEmbeddedPostgres({ dataDir })
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.stop()
    const second = await startEmbeddedPostgres({ dataDir })
    try {
      expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    } finally {
      await second.stop()
    }
  })

  test('commits to the disk, and a test server does not', async () => {
    const sql = `SELECT string_agg(setting, ' ' ORDER BY name) AS safety FROM pg_settings
                 WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`
    const safe = await startEmbeddedPostgres({ dataDir })
    expect(await query(safe.url, sql)).toEqual([{ safety: 'on on on' }])
    await safe.stop()
    const hasty = await startEmbeddedPostgres({ dataDir, durable: false })
    expect(await query(hasty.url, sql)).toEqual([{ safety: 'off off off' }])
    await hasty.stop()
  })

  test('listens on the loopback address only, and lets nobody in without the password', async () => {
    const server = await startEmbeddedPostgres({ dataDir })
    try {
      expect(await query(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
      const wrong = new URL(server.url)
      wrong.password = 'guess'
      await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed')
      expect((await stat(join(await cluster(), 'password'))).mode & 0o777).toBe(0o600)
    } finally {
      await server.stop()
    }
  })

  test('is gone when it has been stopped, with its sessions, and stopping twice is stopping once', async () => {
    const server = await startEmbeddedPostgres({ dataDir })
    const client = new pg.Client(server.url)
    client.on('error', () => {})
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')
    const postmaster = await readPostmasterFile(join(await cluster(), 'data'))
    await Promise.all([server.stop(), server.stop()])
    await server.stop()
    const alive = await Promise.all([postmaster!.pid, ...rows.map(({ pid }) => pid)].map(isAlive))
    expect(alive.length).toBeGreaterThan(3)
    expect(alive).not.toContain(true)
  })

  test('comes back under the same url when it dies while Ringback runs', async () => {
    const logged: string[] = []
    let back = () => {}
    const isBack = new Promise<void>((resolve) => (back = resolve))
    const server = await startEmbeddedPostgres({
      dataDir,
      log: (message) => {
        logged.push(message)
        if (message === 'Postgres is back.') back()
      },
    })
    try {
      await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
      const postmaster = await readPostmasterFile(join(await cluster(), 'data'))
      process.kill(postmaster!.pid, 'SIGKILL')
      await isBack
      expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
      expect(logged.join('\n')).toContain('ended by itself (SIGKILL)')
    } finally {
      await server.stop()
    }
  })

  test('stops at once even while it cannot come back', async () => {
    let refused = () => {}
    const hasRefused = new Promise<void>((resolve) => (refused = resolve))
    const server = await startEmbeddedPostgres({
      dataDir,
      log: (message) => message.startsWith('Postgres did not start') && refused(),
    })
    const data = join(await cluster(), 'data')
    const postmaster = await readPostmasterFile(data)
    await rm(join(data, 'global/pg_control'))
    process.kill(postmaster!.pid, 'SIGKILL')
    await hasRefused
    await server.stop()
    // Our hold on the directory has ended with it: the next start gets as far as Postgres.
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('Postgres did not start')
  })

  test('works in a directory whose path is longer than a Unix socket may have', async () => {
    const deep = join(dataDir, 'd'.repeat(100), 'e'.repeat(100))
    const server = await startEmbeddedPostgres({ dataDir: deep })
    try {
      await expect(startEmbeddedPostgres({ dataDir: deep })).rejects.toThrow(`process ${process.pid}`)
    } finally {
      await server.stop()
      await removeDataDir(deep)
    }
  })

  test('refuses data of another major version, and says what to do', async () => {
    await (await startEmbeddedPostgres({ dataDir })).stop()
    await writeFile(join(await cluster(), 'data/PG_VERSION'), '17\n')
    const start = startEmbeddedPostgres({ dataDir })
    await expect(start).rejects.toThrow(StartRefused)
    await expect(start).rejects.toThrow(/made by Postgres 17.*pg_dump/)
  })

  test('says why when the server does not come up, and lets go of the directory', async () => {
    await (await startEmbeddedPostgres({ dataDir })).stop()
    const control = join(await cluster(), 'data/global/pg_control')
    const kept = await readFile(control)
    await rm(control)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/Postgres did not start.*pg_control/s)
    await writeFile(control, kept)
    const { uid, gid } = await stat(await cluster())
    await chown(control, uid, gid)
    await (await startEmbeddedPostgres({ dataDir })).stop()
  })
})
