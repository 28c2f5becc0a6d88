/**
 * What the image would hold, made without a container: the Dockerfile's COPY and RUN lines, carried out in a folder for each
 * stage. The base image's Node and shell are this machine's.
 *
 * The build stage's own `npm ci` is left out: for it stand the packages of this checkout, as the same command put them there.
 * Outside of CI so does `dist`, since building once more takes a minute.
 */
import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packageFolder } from '../../src/package.ts'
import { readStages, type Stage, splitFlags } from './dockerfile.ts'

const run = promisify(execFile)
const root = fileURLToPath(packageFolder)

/** The last stage's files. */
export interface Layout {
  /** The image's root directory would be this. */
  folder: string
  /** Its working directory, below `folder`. */
  workdir: string
  /** In bytes, without the base image. */
  size: number
  remove(): Promise<void>
}

/** Whether the build stage builds. Else what was built already (`npm run build`) is packed. */
const BUILDS = process.env.CI !== undefined

/** Makes it. */
export async function makeLayout(): Promise<Layout> {
  const home = await mkdtemp(join(tmpdir(), 'ringback-image-'))
  await chmod(home, 0o755)
  const made = new Map<string, { folder: string; workdir: string }>()
  for (const [i, stage] of readStages().entries()) {
    const name = stage.name ?? `stage-${i}`
    const folder = join(home, name)
    made.set(name, { folder, workdir: await carryOut(stage, folder) })
  }
  const last = [...made.values()].at(-1)!
  return {
    ...last,
    size: await sizeOf(last.folder),
    remove: () => rm(home, { recursive: true, force: true }),
  }

  async function carryOut({ name: stageName, instructions }: Stage, folder: string): Promise<string> {
    let workdir = folder
    for (const { name, rest } of instructions) {
      if (name === 'WORKDIR') {
        workdir = join(folder, rest)
        await mkdir(workdir, { recursive: true })
      }
      if (name === 'COPY') await copy(rest, workdir)
      if (name === 'RUN') await runLine(rest, workdir, stageName === 'build')
    }
    return workdir
  }

  async function copy(rest: string, workdir: string): Promise<void> {
    const { flags, words } = splitFlags(rest)
    const target = join(workdir, words.at(-1)!)
    for (const source of words.slice(0, -1)) {
      if (flags.from) {
        await cp(join(made.get(flags.from)!.folder, source), target, {
          recursive: true,
          verbatimSymlinks: true,
        })
        continue
      }
      const given = await buildContext()
      const names = source === '.' ? given : [source]
      for (const name of names) {
        if (!given.includes(name))
          throw new Error(`.dockerignore keeps ${name} out, and the Dockerfile copies it.`)
        await cp(join(root, name), join(target, basename(name)), { recursive: true })
      }
    }
  }
}

/** What `.dockerignore` lets in; it names each by itself. */
export async function buildContext(): Promise<string[]> {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n')
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
}

async function runLine(rest: string, workdir: string, isBuild: boolean): Promise<void> {
  const line = rest.replace(/^(--\S+\s+)+/, '')
  if (isBuild && line.startsWith('npm ci ')) {
    await symlink(join(root, 'node_modules'), join(workdir, 'node_modules'))
    if (!BUILDS) await cp(join(root, 'dist'), join(workdir, 'dist'), { recursive: true })
    return
  }
  const isReady = isBuild && !BUILDS
  await run('sh', ['-c', line], {
    cwd: workdir,
    env: {
      ...process.env,
      npm_config_prefer_offline: 'true',
      ...(isReady && { npm_config_ignore_scripts: 'true' }),
    },
    maxBuffer: 64 * 1024 * 1024,
  })
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
