/** The disk that the embedded database lies on. */
import { statfs } from 'node:fs/promises'
import { type Finding, findingsOf } from './finding.ts'

const GIB = 2 ** 30

/** Some days of a small installation. */
const LITTLE = 2 * GIB

/** Postgres' log of changes alone may take half of that. */
const TOO_LITTLE = GIB / 2

export async function checkDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir)
  return judgeDisk(dataDir, bavail * bsize)
}

/** @param free in bytes */
export function judgeDisk(dataDir: string, free: number): Finding {
  const { ok, warning, failure } = findingsOf('disk')
  const says = `${(free / GIB).toFixed(1)} GiB are free for ${dataDir}.`
  const cure = 'Make room, or move RINGBACK_DATA_DIR to a larger disk: a full one stops the database.'
  if (free < TOO_LITTLE) return failure(says, cure)
  return free < LITTLE ? warning(says, cure) : ok(says)
}
