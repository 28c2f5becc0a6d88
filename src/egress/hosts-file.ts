/**
 * The names that the machine knows by itself. c-ares looks them up in DNS alone, so their file is read here.
 * Source: hosts(5).
 */
import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { SECOND } from '../duration.ts'
import { heldFor } from './held.ts'

/** The addresses of a name by the hosts file, in its order; none when it does not hold the name. */
export type HostsFile = (name: string) => Promise<readonly string[]>

/** Looks at the file at most once in five seconds, and reads it when it is another. One that is not there is empty. */
export function createHostsFile(clock: Clock, path: string = systemHostsFile()): HostsFile {
  let read: Promise<Version> = Promise.resolve(NONE)
  const current = heldFor(
    RECHECK_MS,
    () => {
      read = read.then((last) => newest(path, last))
      return read
    },
    clock,
  )
  return async (name) => (await current()).addresses.get(name.toLowerCase()) ?? []
}

const RECHECK_MS = 5 * SECOND

/** What the file held, and how its next state is told from this one. */
interface Version {
  mark: string
  addresses: ReadonlyMap<string, readonly string[]>
}

const NONE: Version = { mark: '', addresses: new Map() }

async function newest(path: string, last: Version): Promise<Version> {
  try {
    const { ino, size, mtimeMs } = await stat(path)
    const mark = `${ino} ${size} ${mtimeMs}`
    return mark === last.mark ? last : { mark, addresses: parse(await readFile(path, 'utf8')) }
  } catch {
    return NONE
  }
}

/** A line is an address and its names; `#` begins a comment. */
function parse(text: string): Version['addresses'] {
  const addresses = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (address === undefined || isIP(address) === 0) continue
    for (const name of names.map((name) => name.toLowerCase())) {
      const known = addresses.get(name)
      if (known) known.push(address)
      else addresses.set(name, [address])
    }
  }
  return addresses
}

function systemHostsFile(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  return join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
}
