/** The files that tell a machine how to run Ringback, and the variables that they set. */
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { VARIABLES } from '../../src/config/variables.ts'
import { packageFolder } from '../../src/package.ts'
import { environmentOf, readStages } from './dockerfile.ts'

export const CHART = 'deploy/helm/ringback'
export const UNIT = 'deploy/systemd/ringback@.service'

export const read = (file: string) => readFileSync(new URL(file, packageFolder), 'utf8')

/** A service of compose.yaml, as far as the tests ask. */
export interface Service {
  image: string
  environment?: Record<string, string>
  read_only?: boolean
  stop_grace_period?: string
  deploy?: { replicas: number }
  command?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: object
}

export const services = (
  parse(read('compose.yaml'), { merge: true }) as { services: Record<string, Service> }
).services

/** The templates, by their names. */
export const templates: Record<string, string> = Object.fromEntries(
  readdirSync(new URL(`${CHART}/templates`, packageFolder)).map((name) => [
    name,
    read(`${CHART}/templates/${name}`),
  ]),
)

/** The values of a line of the unit, which may stand there often. */
export const unitLines = (name: string): string[] =>
  [...read(UNIT).matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!)

/** Node's own, or of the parts beside Ringback. */
const OF_OTHERS = ['NODE_ENV', 'NODE_OPTIONS', 'POSTGRES_PASSWORD', 'POSTGRES_USER']

/** Those that no Ringback knows. */
export const unknownOf = (names: readonly string[]): string[] =>
  names.filter((name) => !(name in VARIABLES) && !OF_OTHERS.includes(name))

/** What each file sets or names. */
export const variablesByFile: Record<string, string[]> = {
  Dockerfile: Object.keys(environmentOf(readStages().at(-1)!)),
  'compose.yaml': [
    ...Object.values(services).flatMap(({ environment }) => Object.keys(environment ?? {})),
    ...namesIn(read('compose.yaml')),
  ],
  [UNIT]: [
    ...unitLines('Environment').flatMap((line) => line.split(' ').map((pair) => pair.split('=')[0]!)),
    ...namesIn(read(UNIT)),
  ],
  [CHART]: [...Object.values(templates).flatMap(namesIn), ...namesIn(read(`${CHART}/values.yaml`))],
}

/** Whatever looks like one, in settings, templates and comments. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/\b(?:RINGBACK_[A-Z_]+|DATABASE_URL|REDIS_URL|POSTGRES_[A-Z]+)\b/g)].map(
    ([name]) => name,
  )
}
