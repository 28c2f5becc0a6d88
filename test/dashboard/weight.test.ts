import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { packageFolder } from '../../src/package.ts'

const folder = fileURLToPath(new URL('dist/dashboard/', packageFolder))
const KB = 1_000

/** What Vite says of a file of the build. */
interface Chunk {
  file: string
  isEntry?: true
  /** What must be there before it runs. */
  imports?: string[]
  /** What it may ask for later. */
  dynamicImports?: string[]
}

const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(folder, '.manifest.json'), 'utf8'))

test('whichever screen is opened first, it takes 250 KB of packed scripts at most', () => {
  const [entry] = Object.entries(manifest).find(([, { isEntry }]) => isEntry)!
  const screens = manifest[entry]!.dynamicImports!
  expect(screens.length).toBeGreaterThan(10)
  const weights = screens.map((screen) => [screen, weightOf([entry, screen])] as const)
  expect(weights.filter(([, bytes]) => bytes > 250 * KB)).toEqual([])
})

/** The packed size of these and of all that they need, in bytes. */
function weightOf(names: readonly string[]): number {
  const needed = new Set<string>()
  const add = (name: string) => {
    if (needed.has(name)) return
    needed.add(name)
    manifest[name]!.imports?.forEach(add)
  }
  names.forEach(add)
  return [...needed].reduce((sum, name) => sum + statSync(join(folder, `${manifest[name]!.file}.gz`)).size, 0)
}
