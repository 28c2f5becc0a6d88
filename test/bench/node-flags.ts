import { readFileSync } from 'node:fs'
import { packageFolder } from '../../src/package.ts'

const { scripts } = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as {
  scripts: { start: string }
}

/** What `npm start` tells Node. What Ringback is measured against is told the same. */
export const NODE_FLAGS: readonly string[] = scripts.start.split(' ').filter((word) => word.startsWith('--'))
