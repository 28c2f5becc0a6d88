/**
 * Where a data directory's Postgres lives, and as which user.
 *
 * It lives in the data directory itself, in `postgres/`, wherever it can. It cannot when Ringback runs as root in a place
 * that only root may enter, such as a checkout in a home of mode 0700: Postgres runs as another user, and would not
 * reach its own data. Opening the folders above is not ours to do, so the cluster then goes to a directory of its own
 * below `/var/lib/ringback`, and a file in the data directory remembers which. Temporary directories are no choice: they
 * are swept, and this data has to stay.
 *
 * The name of that directory is drawn, not derived from the path: a data directory that was deleted starts afresh, and
 * one that was moved takes its data along.
 */
import { chmod, link, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StartRefused } from '../../errors.ts'
import { syncDirectory } from './durably.ts'
import { run } from './run.ts'
import { chooseUser, isRoot, ownerOf, type User } from './user.ts'

/** The place of one cluster and what belongs to it. */
export interface Home {
  /** Holds the cluster, our lock, and a copy of the binaries where one is needed. */
  dir: string
  /** The cluster's directory: `data/` and the `password` to it. It exists in full or not at all. */
  cluster: string
  user: User
}

const ELSEWHERE = '/var/lib/ringback'

/**
 * @param dataDir real path of the data directory
 * @throws {StartRefused} when there is no place that the Postgres user can reach
 */
export async function findHome(dataDir: string): Promise<Home> {
  const dir = await chooseDirectory(dataDir)
  const cluster = join(dir, 'postgres')
  const user = (await exists(cluster)) ? await ownerOf(cluster) : await chooseUser()
  if (!(await canEnter(dir, user)))
    throw new StartRefused(
      `The Postgres data is in ${dir}, and user ${user.uid}, who owns it, may no longer enter there. ` +
        'Give the folders above it back their mode (chmod o+x).',
    )
  return { dir, cluster, user }
}

/** The file in the data directory that names a home elsewhere. */
export const recordOf = (dataDir: string) => join(dataDir, 'postgres.location')

async function chooseDirectory(dataDir: string): Promise<string> {
  const recorded = await readRecord(dataDir)
  if (recorded !== undefined) return recorded
  if (!isRoot() || (await exists(join(dataDir, 'postgres')))) return dataDir
  const user = await chooseUser()
  if (await canEnter(dirname(dataDir), user)) {
    await letPass(dataDir)
    if (await canEnter(dataDir, user)) return dataDir
  }
  return goElsewhere(dataDir, user)
}

async function readRecord(dataDir: string): Promise<string | undefined> {
  const record = recordOf(dataDir)
  if (!(await exists(record))) return undefined
  const dir = (await readFile(record, 'utf8')).trim()
  if (await exists(dir)) return dir
  // Starting with an empty database instead would look like the loss of every event.
  throw new StartRefused(
    `${record} says that the Postgres data is in ${dir}, which is not there. ` +
      'Bring that directory back, or delete the file to start with an empty database.',
  )
}

async function goElsewhere(dataDir: string, user: User): Promise<string> {
  try {
    await mkdir(ELSEWHERE, { recursive: true })
    await chmod(ELSEWHERE, 0o711)
    const dir = await mkdtemp(join(ELSEWHERE, `${basename(dataDir).replace(/^\.+/, '')}-`))
    await chmod(dir, 0o711)
    await writeFile(join(dir, 'data-directory'), `${dataDir}\n`)
    await syncDirectory(ELSEWHERE)
    if (!(await canEnter(dir, user))) throw new Error(`${dir} cannot be entered either`)
    return await record(dataDir, dir)
  } catch (cause) {
    throw new StartRefused(
      `Postgres refuses to run as root, no other user may enter ${dataDir}, and ${ELSEWHERE} cannot be used instead ` +
        `(${cause instanceof Error ? cause.message : cause}). Choose a data directory that other users may enter, ` +
        'start Ringback as a plain user, or set DATABASE_URL.',
      { cause },
    )
  }
}

/** Writes the record if there is none: `link` fails where two Ringbacks start at once, and the second joins the first. */
async function record(dataDir: string, dir: string): Promise<string> {
  const draft = `${recordOf(dataDir)}.${basename(dir)}`
  await writeFile(draft, `${dir}\n`, { flush: true })
  try {
    await link(draft, recordOf(dataDir))
    await syncDirectory(dataDir)
    return dir
  } catch {
    await rm(dir, { recursive: true })
    return (await readFile(recordOf(dataDir), 'utf8')).trim()
  } finally {
    await rm(draft)
  }
}

/** Lets others walk through our own data directory, though not list it; what is secret in it is closed by itself. */
async function letPass(dataDir: string): Promise<void> {
  const { mode } = await stat(dataDir)
  await chmod(dataDir, (mode & 0o7777) | 0o011)
}

/** Tried out as that user, rather than worked out from modes: access lists and mounts have their say too. */
async function canEnter(dir: string, user: User): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', dir], user)).code === 0
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
