/** Public linters and programs that a machine may have or not. */
import { spawnSync } from 'node:child_process'

/** A program on this machine's path. */
export interface Tool {
  isThere: boolean
  /** Runs it. @returns its status, and all that it said */
  run(...args: string[]): { status: number | null; said: string }
}

/**
 * Looks for a program, and says so where there is none.
 * @param probe arguments with which it only tells that it is there
 * @param found in which Debian package it is; CI installs that, and there its absence is a fault
 */
export function findTool(name: string, probe: readonly string[], found?: string): Tool {
  const isThere = spawnSync(name, probe).status === 0
  if (!isThere) {
    if (process.env.CI && found) throw new Error(`There is no ${name}: in CI its tests may not be skipped.`)
    process.stderr.write(
      `There is no ${name} on this machine${found ? ` (package ${found})` : ''}: its tests are SKIPPED.\n`,
    )
  }
  return {
    isThere,
    run(...args) {
      const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8' })
      return { status, said: `${stdout}${stderr}` }
    },
  }
}
