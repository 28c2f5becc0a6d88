/** What processes have used of the processor so far, as Linux counts it (proc(5), in hundredths of a second). */
import { readdir, readFile } from 'node:fs/promises'

const TICK_US = 10_000

/** Of one process, in microseconds. */
export const processUs = async (pid: number): Promise<number> => (await statOf(pid)).own * TICK_US

/** Of a process and all that it has started, also what has ended, in microseconds. */
export async function familyUs(pid: number): Promise<number> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  // One may end between the list and the look.
  const all = await Promise.all(names.map((name) => statOf(Number(name)).catch(() => undefined)))
  const parent = await statOf(pid)
  const children = all.filter((stat) => stat?.parent === pid)
  return children.reduce((sum, stat) => sum + stat!.own, parent.own + parent.ofEnded) * TICK_US
}

export const parentOf = async (pid: number): Promise<number> => (await statOf(pid)).parent

async function statOf(pid: number): Promise<{ parent: number; own: number; ofEnded: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The second field is a name in brackets that may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [, parent = 0] = fields
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
  return { parent, own: user + system, ofEnded: endedUser + endedSystem }
}
