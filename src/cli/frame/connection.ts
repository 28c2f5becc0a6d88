/** The server that a command talks to, and as whom. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import { Http } from '../../client/http.ts'
import { Ringback } from '../../client/index.ts'
import type { Cli } from './cli.ts'
import { type CliCommand, command, type JsonOption } from './command.ts'
import { usage } from './exit.ts'

/** What every command takes that calls the API. */
export interface ConnectionOptions extends JsonOption {
  url?: string
  key?: string
}

/** A command that calls the API. */
export const apiCommand = (name: string, says: string): CliCommand =>
  command(name, says)
    .addOption(new Option('--url <url>', `where Ringback is (RINGBACK_URL, else ${DEFAULT_URL})`))
    .addOption(new Option('--key <key>', 'the key to call it with (RINGBACK_API_KEY)'))

const DEFAULT_URL = 'http://127.0.0.1:4600'

/** The client, and the line below it for what must come or go byte by byte. */
export interface Connection {
  client: Ringback
  http: Http
  url: string
}

/**
 * Connects to the server of the options, else of the environment, else of this machine.
 * @throws Failure when there is no key
 */
export function connect(cli: Cli, options: ConnectionOptions): Connection {
  const url = options.url ?? cli.env.RINGBACK_URL ?? DEFAULT_URL
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw usage(`${url} is no URL; say http:// or https://.`)
  const apiKey = options.key ?? cli.env.RINGBACK_API_KEY ?? localKey(cli, url)
  if (!apiKey) throw usage('There is no key: set RINGBACK_API_KEY, or say --key.')
  // Somebody waits: two tries more, and then it is said.
  const how = { baseUrl: url, apiKey, retries: 2 }
  return { client: new Ringback(how), http: new Http(how), url: url.replace(/\/+$/, '') }
}

/** Who runs Ringback here, in this directory, has its key at hand already. It is sent to no other machine. */
function localKey({ env }: Cli, url: string): string | undefined {
  if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)) return undefined
  try {
    const file = join(env.RINGBACK_DATA_DIR || '.ringback', 'keys.json')
    const { adminKey } = JSON.parse(readFileSync(file, 'utf8')) as { adminKey?: unknown }
    return typeof adminKey === 'string' ? adminKey : undefined
  } catch {
    return undefined
  }
}
