/** A command as a hardened container runs it: nobody's rights, and a root file system that cannot be written to. */
import { spawnSync } from 'node:child_process'

/** The user of the image, who exists nowhere else. */
const USER = '1000'

/** What makes it so takes root, and Linux. In CI it must be there: the tests may not skip. */
export const canConfine = spawnSync(...shellOf('true')).status === 0
if (!canConfine) {
  if (process.env.CI)
    throw new Error('Nothing can be confined here (root, unshare, setpriv): in CI it must be.')
  process.stderr.write('Only root on Linux can confine a process: the tests of the image are SKIPPED.\n')
}

/**
 * The same command, confined. It becomes the process itself, so signals reach it.
 * @param command its words; a shell sees none of them
 */
export function confined(command: readonly string[]): [program: string, ...args: string[]] {
  const [program, args] = shellOf('exec "$@"')
  return [program, ...args, ...command]
}

/** In a mount namespace of its own, where `/` is read-only for whoever is in it; nobody outside notices. */
function shellOf(line: string): [string, string[]] {
  const asNobody = `exec setpriv --reuid ${USER} --regid ${USER} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all`
  const inside = `mount -o remount,bind,ro / && cd "$PWD" && ${asNobody} sh -c '${line}' sh "$@"`
  return ['unshare', ['--mount', 'sh', '-c', inside, 'sh']]
}
