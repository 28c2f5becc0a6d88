/** What the package knows of itself. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's folder: the nearest one above that has a package.json, from the sources as from `dist`. */
export const packageFolder: URL = nearestPackage(new URL('.', import.meta.url))

const description = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as {
  version: string
  engines: { node: string }
}

/** The version, as in package.json. */
export const { version } = description

/** The oldest Node that it runs on, such as `20.19`. */
export const oldestNode = description.engines.node.replace('>=', '')

function nearestPackage(folder: URL): URL {
  if (existsSync(fileURLToPath(new URL('package.json', folder)))) return folder
  return nearestPackage(new URL('..', folder))
}
