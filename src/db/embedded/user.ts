/**
 * Which user the Postgres programs run as.
 *
 * Postgres refuses to run as root, so that a hole in it is not a hole in the machine. Started as root, Ringback runs it as
 * an account that has no other rights. initdb looks the user up by number, so it must be one the system knows.
 */
import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { StartRefused } from '../../errors.ts'
import { run } from './run.ts'

/** The user for a child process, in the form `spawn` takes; empty is the user we are. */
export interface User {
  uid?: number
  gid?: number
}

/** Whether we may become another user, and must. */
export const isRoot = () => process.getuid?.() === 0

/**
 * An account made for us is best, then one made for databases. `nobody` is everywhere, but other daemons share it, and
 * could then touch the data.
 */
const ACCOUNTS = ['ringback', 'postgres', '_postgres', 'nobody']

/** The user for a cluster that is still to be made. */
export async function chooseUser(): Promise<User> {
  if (!isRoot()) return ourselves()
  for (const account of ACCOUNTS) {
    const user = await lookUp(account)
    if (user !== undefined && (await canBecome(user))) return user
  }
  throw new StartRefused(
    `Postgres refuses to run as root, and it can become no other account (tried ${ACCOUNTS.join(', ')}). ` +
      'Add a system account named ringback, start Ringback as a plain user, or set DATABASE_URL.',
  )
}

async function lookUp(account: string): Promise<User | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', account]), run('id', ['-g', account])])
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined
}

/** A container may know an account and yet be denied to become it. */
const canBecome = async (user: User) => (await run('/bin/sh', ['-c', ':'], user)).code === 0

/** The user of a cluster that exists: its files belong to whoever made it. */
export async function ownerOf(path: string): Promise<User> {
  const { uid, gid } = await stat(path)
  if (isRoot() && uid !== 0) return { uid, gid }
  if (uid === process.getuid?.() && uid !== 0) return ourselves()
  const wrong = `The Postgres data in ${path} belongs to user ${uid}`
  if (uid === 0)
    throw new StartRefused(
      `${wrong}, root, whom Postgres refuses. Give it to another: chown -R <user> ${path}`,
    )
  throw new StartRefused(
    `${wrong}. Start Ringback as that user or as root, or choose another data directory.`,
  )
}

function ourselves(): User {
  try {
    userInfo()
  } catch (cause) {
    throw new StartRefused(
      `Postgres needs a user that the system knows, and /etc/passwd has no entry for ${process.getuid?.()}. ` +
        'Start Ringback as a named user, or set DATABASE_URL.',
      { cause },
    )
  }
  return {}
}
