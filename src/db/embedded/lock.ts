/**
 * One Ringback at a time on a data directory.
 *
 * Each contender listens on a Unix socket of its own in the directory, and only then looks for others: a socket that
 * somebody listens on is a live Ringback, one that refuses is the rest of a dead one. The kernel closes the socket
 * however a process ends, so `kill -9` leaves nothing to be believed; unlike a file with a process id, it holds between
 * containers that share the directory, and without /proc.
 *
 * Since everyone shows itself before it looks, of two that start at once at least one sees the other, and never do both
 * go on. The names sort by the time of start, and the later one gives way.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { createConnection, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { SECOND } from '../../duration.ts'
import { StartRefused } from '../../errors.ts'
import { waitUntil } from './wait.ts'

/** Held until released, or until the process ends. */
export interface Lock {
  release(): Promise<void>
}

/** A later contender gives way within milliseconds; one that is still there after this has the directory. */
const GIVE_WAY = 2 * SECOND

/** @throws {StartRefused} when a live Ringback has the directory; it names the process */
export async function holdLock(dir: string): Promise<Lock> {
  const path = await shortPath(dir)
  try {
    const mine = `owner.${systemClock.now().toString(36)}.${process.pid}.${randomBytes(3).toString('hex')}.sock`
    const server = await listen(join(path.dir, mine), dir)
    const release = async () => {
      await new Promise((closed) => server.close(closed))
      await rm(join(dir, mine), { force: true })
    }
    const rival = await outlastRivals(path.dir, mine)
    if (rival === undefined) return { release }
    await release()
    throw taken(dir, rival)
  } finally {
    await path.forget()
  }
}

/** Waits for later contenders to give way; the one that we have to give way to is returned. */
async function outlastRivals(dir: string, mine: string): Promise<string | undefined> {
  let rival: string | undefined
  await waitUntil(async () => {
    rival = await findRival(dir, mine)
    return rival === undefined || rival < mine
  }, GIVE_WAY)
  return rival
}

const SOCKET = /^owner\.[0-9a-z]+\.(\d+)\.[0-9a-f]+\.sock$/

/** The earliest other contender that lives; the sockets of the dead are removed on the way. */
async function findRival(dir: string, mine: string): Promise<string | undefined> {
  for (const name of (await readdir(dir)).sort()) {
    if (name === mine || !SOCKET.test(name)) continue
    if (await isListening(join(dir, name))) return name
    await rm(join(dir, name), { force: true })
  }
  return undefined
}

function taken(dir: string, rival: string): StartRefused {
  const pid = SOCKET.exec(rival)?.[1]
  return new StartRefused(
    `Another Ringback, process ${pid}, has the data directory ${dir}. ` +
      'Stop it first, give this one another data directory, or set DATABASE_URL for both.',
  )
}

function listen(path: string, dir: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy())
    server.once('error', (cause) =>
      reject(
        new StartRefused(
          `The data directory ${dir} cannot hold a Unix socket (${cause.message}). ` +
            'Choose one on a local disk that can be written to, or set DATABASE_URL.',
          { cause },
        ),
      ),
    )
    server.listen(path, () => resolve(server.unref()))
  })
}

/** Only a refusal proves that nobody is there: a Ringback of another user, or one too busy to answer, is alive. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    )
  })
}

/** The address of a Unix socket holds 103 bytes on macOS, 107 on Linux; our names take 40 of them. */
const LONGEST_DIRECTORY = 60

/** The directory under a name short enough for sockets: its own, or for a while that of a link to it. */
async function shortPath(dir: string): Promise<{ dir: string; forget(): Promise<void> }> {
  if (Buffer.byteLength(dir) <= LONGEST_DIRECTORY) return { dir, forget: async () => {} }
  // Not os.tmpdir(), which is long itself on macOS.
  const place = await mkdtemp('/tmp/ringback-')
  const link = join(place, 'd')
  await symlink(dir, link)
  return { dir: link, forget: () => rm(place, { recursive: true, force: true }) }
}
