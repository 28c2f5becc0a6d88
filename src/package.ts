/** What the package knows of itself. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's folder: the nearest one above that has a package.json, from the sources as from `dist`. */
export const packageFolder: URL = nearestPackage(new URL('.', import.meta.url))

/** The version, as in package.json. */
export const version: string = JSON.parse(
  readFileSync(new URL('package.json', packageFolder), 'utf8'),
).version

function nearestPackage(folder: URL): URL {
  if (existsSync(fileURLToPath(new URL('package.json', folder)))) return folder
  return nearestPackage(new URL('..', folder))
}
