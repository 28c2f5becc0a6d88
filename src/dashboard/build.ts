/** Builds the dashboard into `dist/dashboard`, unless what lies there was built from these very sources. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const sources = fileURLToPath(new URL('.', import.meta.url))
const target = fileURLToPath(new URL('../../dist/dashboard', import.meta.url))
const lockFile = fileURLToPath(new URL('../../package-lock.json', import.meta.url))

/** Holds the fingerprint of the sources that the build was made from; written last, so that a broken build has none. */
const STAMP = join(target, '.sources')

const fingerprint = fingerprintOf([lockFile, ...filesIn(sources)])
if (fingerprint !== lastFingerprint()) {
  const vite = await import('vite')
  await vite.build({ configFile: join(sources, 'vite.config.ts'), logLevel: 'warn' })
  await Promise.all(filesIn(target).filter(isText).map(compress))
  writeFileSync(STAMP, fingerprint)
}

function lastFingerprint(): string | undefined {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return undefined
  }
}

function fingerprintOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function isText(file: string): boolean {
  return /\.(js|css|svg)$/.test(file)
}

/** Once here and not for each answer. Brotli's 9 of 11: 1 % larger than the best, ten times as fast. */
async function compress(file: string): Promise<void> {
  const bytes = await readFile(file)
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, quality))
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes))
}
