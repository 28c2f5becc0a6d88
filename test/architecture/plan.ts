/** The house, top to bottom: what the direction rule is held against. `docs/architecture.md` draws the same. */

/** The floors, the highest first. */
export const FLOORS = ['roof', 'doors', 'rooms', 'services', 'pure', 'ground'] as const
export type Floor = (typeof FLOORS)[number]

/** The rooms, from left to right: one may import those to its left. */
export const ROOMS = [
  'audit',
  'tenants',
  'access',
  'event-types',
  'endpoints',
  'events',
  'handovers',
  'notices',
  'deliveries',
  'attempts',
  'live',
  'stats',
  'dispatch',
  'recoveries',
  'upkeep',
] as const

/** Which folders stand on which floor; single files directly under `src` are the ground, save those of the roof. */
const FOLDERS: Partial<Record<Floor, readonly string[]>> = {
  roof: ['src/cli'],
  doors: ['src/api', 'src/dashboard', 'workers', 'src/client', 'src/verify', 'src/testing', 'src/outbox'],
  rooms: ROOMS.map((room) => `src/${room}`),
  services: ['src/config', 'src/db', 'src/queue', 'src/egress', 'src/telemetry'],
  pure: ['src/signing', 'src/sealing', 'src/filter', 'src/retry'],
}

const ROOF_FILES = [
  'src/main.ts',
  'src/app.ts',
  'src/library.ts',
  'src/mounts.ts',
  'src/open-parts.ts',
  'src/open-api.ts',
  'src/open-reads.ts',
  'src/start-duties.ts',
  'src/index.ts',
]

/** What runs in a browser, as the client may: it is built apart, and served as files. */
const BROWSER = 'src/dashboard'

/**
 * What is published for programs elsewhere, and what of ours each may import besides itself: nothing of the server, which
 * those programs neither have nor load.
 */
const PUBLISHED: Partial<Record<string, readonly string[]>> = {
  'src/client': [],
  'src/verify': [],
  'src/outbox': [],
  'src/testing': ['src/client', 'src/verify'],
}

/** Services whose types every service may name: settings and the log are handed to all of them. */
const KNOWN_TO_SERVICES = ['src/config', 'src/telemetry']

/** Where a file stands: its floor, and its folder there. */
export interface Place {
  floor: Floor
  folder: string
}

/**
 * Finds a file's place.
 * @param file from the root of the repository, such as `src/events/accept.ts`
 * @returns undefined when its folder is not in the plan
 */
export function placeOf(file: string): Place | undefined {
  if (ROOF_FILES.includes(file)) return { floor: 'roof', folder: 'src' }
  if (/^src\/[^/]+$/.test(file)) return { floor: 'ground', folder: 'src' }
  const folder = file.startsWith('src/') ? file.split('/', 2).join('/') : file.split('/', 1)[0]!
  const floor = FLOORS.find((name) => FOLDERS[name]?.includes(folder))
  return floor && { floor, folder }
}

/** One import, both ends from the root of the repository. */
export interface Import {
  from: string
  to: string
  /** Whether nothing of it is left when types are erased. */
  typeOnly: boolean
}

/** @returns the rule that an import breaks; undefined when it breaks none */
export function brokenRule({ from, to, typeOnly }: Import): string | undefined {
  const here = placeOf(from)
  const there = placeOf(to)
  if (!here || !there) return 'only files that have a place in the plan import each other'
  if (here.floor === there.floor && here.folder === there.folder) return undefined

  if (here.folder === BROWSER && there.folder === 'src/client') return undefined
  if (here.folder === BROWSER || there.folder === BROWSER)
    return 'the dashboard runs in a browser and knows the API alone, through the published client: it imports nothing of the server, nor the server of it'

  const published = PUBLISHED[here.folder]
  if (published) {
    const allowed = published.includes(there.folder)
    return allowed ? undefined : 'what is published for programs elsewhere imports nothing of the server'
  }

  // The command starts what the process or a host starts.
  if (here.folder === 'src/cli' && ROOF_FILES.includes(to)) return undefined

  const steps = FLOORS.indexOf(there.floor) - FLOORS.indexOf(here.floor)
  if (steps > 0) return undefined
  if (steps < 0) return `imports go down the floors: the ${there.floor} are above the ${here.floor}`
  if (here.floor === 'rooms') {
    const isLeft = roomOf(there) < roomOf(here)
    return isLeft ? undefined : 'a room imports the rooms to its left alone'
  }
  if (here.floor === 'services') {
    const allowed = typeOnly && KNOWN_TO_SERVICES.includes(there.folder)
    return allowed
      ? undefined
      : 'of other services, a service may name the types of config and telemetry alone'
  }
  return `folders of one floor (${here.floor}) do not import each other`
}

const roomOf = ({ folder }: Place) => ROOMS.findIndex((room) => folder === `src/${room}`)
