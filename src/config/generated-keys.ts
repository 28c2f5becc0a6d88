/** Keys that an installation makes for itself at its first start, kept in the data directory. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartRefused } from '../errors.ts'
import type { Config } from './load.ts'

/** What the file holds. */
export interface GeneratedKeys {
  adminKey: string
  /** 32 bytes in base64. */
  masterKey: string
}

/** The keys, and whether they were made just now. */
export interface FoundKeys extends GeneratedKeys {
  file: string
  fresh: boolean
}

/**
 * The keys of this data directory; made at the first call, with mode 0600.
 * @throws StartRefused when the file is there and cannot be used: making new keys would orphan every sealed secret; when
 * none can be written
 */
export async function findOrMakeKeys(dataDir: string): Promise<FoundKeys> {
  const file = join(dataDir, 'keys.json')
  const found = await read(file)
  if (found) return { ...found, file, fresh: false }

  const made: GeneratedKeys = {
    adminKey: randomBytes(32).toString('base64url'),
    masterKey: randomBytes(32).toString('base64'),
  }
  // Written whole beside and then linked: of two processes that start at once, one makes the keys and both use them.
  // Named by chance: two containers on one volume may both be process 1.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await writeFile(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  } catch (cause) {
    throw new StartRefused(
      `Keys cannot be made and kept in ${dataDir}: ${(cause as Error).message}. ` +
        'Set RINGBACK_ADMIN_KEY and RINGBACK_MASTER_KEY, or let this user write there.',
      { cause },
    )
  }
  try {
    await link(draft, file)
    return { ...made, file, fresh: true }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return findOrMakeKeys(dataDir)
  } finally {
    await rm(draft, { force: true })
  }
}

async function read(file: string): Promise<GeneratedKeys | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new StartRefused(`${file} cannot be read. Give this user the right to read it.`, { cause: error })
  }
  try {
    const keys = JSON.parse(text) as Partial<GeneratedKeys>
    if (typeof keys.adminKey === 'string' && typeof keys.masterKey === 'string') return keys as GeneratedKeys
  } catch {
    // Said below, as for any other content that is not ours.
  }
  throw new StartRefused(
    `${file} does not hold Ringback's keys. Restore it from a backup; without it the stored secrets cannot be read.`,
  )
}

/** What the process signs in and seals with: as configured, else as the installation made for itself. */
export async function keysOf(config: Config): Promise<{
  adminKey: string
  masterKeys: Buffer[]
  fresh: { key: string; file: string } | undefined
}> {
  if (config.adminKey && config.masterKeys)
    return { adminKey: config.adminKey, masterKeys: config.masterKeys, fresh: undefined }
  const made = await findOrMakeKeys(config.dataDir)
  return {
    adminKey: config.adminKey ?? made.adminKey,
    masterKeys: config.masterKeys ?? [Buffer.from(made.masterKey, 'base64')],
    fresh: made.fresh && !config.adminKey ? { key: made.adminKey, file: made.file } : undefined,
  }
}
