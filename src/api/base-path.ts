/** Where the API stands among the paths of its host. */
import { getPath } from 'hono/utils/url'
import type { ApiNeeds } from './needs.ts'

/**
 * Reads the path of a request as ours. What comes without the base path is taken as it is: some frameworks take it away
 * before they ask us.
 */
export function pathBelow(basePath: string): (request: Request) => string {
  if (basePath === '') return getPath
  return (request) => {
    const path = getPath(request)
    if (path === basePath) return '/'
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path
  }
}

/** What a browser's paths begin with before ours: a proxy before us may add to what the host says. */
export const prefixOf = ({ publicUrl, basePath }: Pick<ApiNeeds, 'publicUrl' | 'basePath'>): string =>
  publicUrl ? new URL(publicUrl).pathname.replace(/\/$/, '') : basePath
