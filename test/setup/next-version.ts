/** The next version of Ringback: this build under another number, with a migration more. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OURS = fileURLToPath(new URL('../..', import.meta.url))

/** @param migration SQL @returns a checkout, as `startProcess` takes it */
export async function makeNextVersion(
  migration: string,
): Promise<{ checkout: string; version: string; remove(): Promise<void> }> {
  const checkout = await mkdtemp(join(tmpdir(), 'ringback-next-'))
  await cp(join(OURS, 'dist'), join(checkout, 'dist'), { recursive: true })
  const migrations = 'src/db/migrations'
  await cp(join(OURS, migrations), join(checkout, migrations), { recursive: true })
  await symlink(join(OURS, 'node_modules'), join(checkout, 'node_modules'))

  const about = JSON.parse(await readFile(join(OURS, 'package.json'), 'utf8'))
  const version = `${about.version}-next`
  await writeFile(join(checkout, 'package.json'), JSON.stringify({ ...about, version }))

  const journal = join(checkout, migrations, 'meta/_journal.json')
  const said = JSON.parse(await readFile(journal, 'utf8')) as { entries: { idx: number; when: number }[] }
  const last = said.entries.at(-1)!
  const tag = '9999_next'
  said.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag } as never)
  await writeFile(journal, JSON.stringify(said))
  await writeFile(join(checkout, migrations, `${tag}.sql`), migration)
  return { checkout, version, remove: () => rm(checkout, { recursive: true, force: true }) }
}
