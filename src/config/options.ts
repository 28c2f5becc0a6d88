/** Settings as a host says them in code: those of the environment, under names of their own (`requireHttps: false`). */
import { StartRefused } from '../errors.ts'
import { type Config, loadConfig } from './load.ts'
import { type Role, VARIABLES, type Variable, type VariableName } from './variables.ts'

/** Where the host listens, and logs, is its own. */
type NotOfHosts =
  | 'PORT'
  | 'HOST'
  | 'RINGBACK_LOG_LEVEL'
  | 'RINGBACK_ROLES'
  | 'RINGBACK_METRICS_PORT'
  | 'RINGBACK_DRAIN_SECONDS'

type Camel<S extends string> = S extends `${infer Word}_${infer Rest}`
  ? `${Lowercase<Word>}${Capitalize<Camel<Rest>>}`
  : Lowercase<S>

type OptionName<N extends string> = N extends `RINGBACK_${infer Rest}` ? Camel<Rest> : Camel<N>

type Said<T> = T extends boolean | number
  ? T
  : T extends string
    ? T
    : T extends readonly string[]
      ? T
      : string

type SaidOf<N extends VariableName> = (typeof VARIABLES)[N] extends Variable<infer T> ? Said<T> : never

/** The settings by their names in code; `docs/configuration.md` has what each means, and what holds unless told. */
export type Settings = {
  [N in Exclude<VariableName, NotOfHosts> as OptionName<N>]?: SaidOf<N> | undefined
}

/** What is said beside them. */
export interface Placement {
  /** What runs in this process, beside the API; none: it runs apart. */
  roles: readonly Exclude<Role, 'api'>[]
  /** What requests' paths begin with before ours. */
  basePath: string
  /** The host brings its own pool. */
  hasPool: boolean
}

/** First parts of our own paths: below one of them nobody could tell what begins where. */
const OWN_PATHS = ['v1', 'docs', 'openapi.json', 'livez', 'readyz', 'metrics', 'dashboard', 'portal']

/**
 * The settings of a host.
 * @throws StartRefused naming every fault at once
 */
export function configOf(settings: Settings, { roles, basePath, hasPool }: Placement): Config {
  const variables = variablesOf(settings)
  if (hasPool) variables.DATABASE_URL = POOL
  if (variables.DATABASE_URL && !variables.RINGBACK_ADMIN_KEY)
    throw new StartRefused('adminKey must be set, since it would otherwise be made and kept in a file.')
  refuseBasePath(basePath)
  const config = load({
    ...variables,
    RINGBACK_ROLES: ['api', ...roles].join(),
    NODE_TLS_REJECT_UNAUTHORIZED: process.env.NODE_TLS_REJECT_UNAUTHORIZED,
  })
  return {
    ...config,
    basePath,
    publicUrl: config.publicUrl && withPath(config.publicUrl, basePath),
    databaseUrl: hasPool ? undefined : config.databaseUrl,
  }
}

/** Stands for a pool where a URL would stand; nothing connects to it. */
const POOL = 'postgres://the-pool-of-the-host'

const NAMES = new Map(Object.keys(VARIABLES).map((name) => [optionName(name), name]))

/** `RINGBACK_REQUIRE_HTTPS` is `requireHttps`. */
function optionName(variable: string): string {
  return variable
    .replace(/^RINGBACK_/, '')
    .toLowerCase()
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function variablesOf(settings: Settings): Record<string, string | undefined> {
  const said = Object.entries(settings).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    said.map(([option, value]) => {
      const name = NAMES.get(option)
      if (!name) throw new StartRefused(`${option} is not an option of Ringback; see docs/library.md.`)
      return [name, Array.isArray(value) ? value.join() : String(value)]
    }),
  )
}

/** In the words of who said them. */
function load(variables: Record<string, string | undefined>): Config {
  try {
    return loadConfig(variables)
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error
    const words = error.message.replace(/\b[A-Z]+(?:_[A-Z]+)+\b/g, (name) =>
      name in VARIABLES ? optionName(name) : name,
    )
    throw new StartRefused(words)
  }
}

function refuseBasePath(basePath: string): void {
  if (basePath === '') return
  const [, first = ''] = basePath.split('/')
  if (!/^(?:\/[\w.~-]+)+$/.test(basePath) || OWN_PATHS.includes(first))
    throw new StartRefused(
      `basePath cannot be ${JSON.stringify(basePath)}: it begins with a slash, ends without one, and is none of our own paths, as in "/callbacks".`,
    )
}

/** A public URL that names no path means that of the host. */
const withPath = (url: string, basePath: string) => (new URL(url).pathname === '/' ? url + basePath : url)
