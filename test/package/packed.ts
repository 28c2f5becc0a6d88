/** The package as it would be published, installed into an empty project: no scripts run, nothing is downloaded. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packageFolder } from '../../src/package.ts'

const run = promisify(execFile)
const root = fileURLToPath(packageFolder)

/** Another Node to try the package on: `RINGBACK_TEST_NODE=/path/to/node`. */
export const NODE = process.env.RINGBACK_TEST_NODE ?? process.execPath

/** An empty project with the package in its `node_modules`. */
export interface Project {
  folder: string
  /** The file that `npm pack` made. */
  tarball: string
  /** Runs a module of the project; rejects when it ends badly. */
  node(source: string): Promise<string>
  /** Writes a file of the project, and gives its path. */
  write(name: string, text: string): Promise<string>
  remove(): Promise<void>
}

/** Packs what was built (`npm run build`). */
export async function installPacked(): Promise<Project> {
  const home = await mkdtemp(join(tmpdir(), 'ringback-packed-'))
  const folder = join(home, 'project')
  const installed = join(folder, 'node_modules', 'ringback')
  await mkdir(installed, { recursive: true })

  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  const tarball = join(home, filename)
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  await linkDependencies(join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')

  async function write(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }

  return {
    folder,
    tarball,
    write,
    async node(source) {
      const file = await write('main.js', source)
      return (await run(NODE, [file], { cwd: folder })).stdout
    },
    remove: () => rm(home, { recursive: true }),
  }
}

/** What npm would have installed beside it, from where it lies already. */
async function linkDependencies(modules: string): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(join(root, 'node_modules', name), join(modules, name))
  }
}
