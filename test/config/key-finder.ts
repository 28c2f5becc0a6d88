/** A process of its own that finds or makes the keys of a data directory when it is told to, and says what it got. */
import { findOrMakeKeys } from '../../src/config/generated-keys.ts'

process.once('message', async (dataDir: string) => {
  process.send!(await findOrMakeKeys(dataDir))
  process.disconnect()
})
process.send!('here')
