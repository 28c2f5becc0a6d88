/** Making what was just created or renamed outlive a loss of power. */
import { open } from 'node:fs/promises'

/** Writes a directory's entries to disk; a new or renamed file is only then sure to be found again (fsync(2)). */
export async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
