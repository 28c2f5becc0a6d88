/** The built dashboard: which files there are, and how each is sent. */
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFolder } from '../package.ts'

/** A file as it is sent. */
export interface DashboardFile {
  bytes: Uint8Array<ArrayBuffer>
  type: string
  /** Absent: as it is. */
  encoding: 'br' | 'gzip' | undefined
}

/** The built dashboard. */
export interface DashboardFiles {
  /** The page, before the server writes into it; undefined when nothing is built. */
  page(): Promise<string | undefined>
  /** @param accepted the request's `Accept-Encoding` */
  asset(name: string, accepted: string): Promise<DashboardFile | undefined>
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const ENCODINGS = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const

/** @param folder where it was built */
export function dashboardFiles(
  folder: string = fileURLToPath(new URL('dist/dashboard', packageFolder)),
): DashboardFiles {
  const assets = join(folder, 'assets')
  // What is sent is among these names: no path of a request is ever joined to a folder.
  const names = new Set(existsSync(assets) ? readdirSync(assets) : [])
  const read = async (name: string) => Uint8Array.from(await readFile(join(assets, name)))
  const page = join(folder, 'index.html')

  return {
    page: async () => (existsSync(page) ? readFile(page, 'utf8') : undefined),
    async asset(name, accepted) {
      const type = TYPES[extname(name)]
      if (!type || !names.has(name)) return undefined
      const packed = ENCODINGS.find(
        ({ encoding, suffix }) => accepted.includes(encoding) && names.has(`${name}${suffix}`),
      )
      const bytes = await read(packed ? `${name}${packed.suffix}` : name)
      return { bytes, type, encoding: packed?.encoding }
    },
  }
}
