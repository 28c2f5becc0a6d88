import type { Attempt } from '../api/shapes.ts'

/** An attempt as a command for a shell: single quotes keep everything as it is, save themselves. */
export function curlOf({ request }: Attempt, body: string): string {
  const headers = Object.entries(request.headers)
    // Made by curl itself from what it sends.
    .filter(([name]) => !/^(content-length|host|connection)$/i.test(name))
    .map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  return [`curl -X POST ${quote(request.url)}`, ...headers, `--data-binary ${quote(body)}`].join(' \\\n  ')
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
