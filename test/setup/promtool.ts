/** Prometheus' own checker of metrics and rules, of Debian's package `prometheus`. */
import { spawnSync } from 'node:child_process'

/** Whether this machine has a `promtool`. In CI it must: there a suite may not skip. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0
if (!hasPromtool) {
  if (process.env.CI) throw new Error('There is no promtool: in CI its tests may not be skipped.')
  process.stderr.write('There is no promtool on this machine (package prometheus): its tests are SKIPPED.\n')
}

/** Runs it. @returns its status, and all that it said */
export function promtool(args: readonly string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}
