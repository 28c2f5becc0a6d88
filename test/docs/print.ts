/** Prints the pages that come from the code: `npm run docs:generate`. */
import { writeFile } from 'node:fs/promises'
import { cliReference } from '../../src/cli/reference.ts'
import { configurationReference } from '../../src/config/reference.ts'
import { packageFolder } from '../../src/package.ts'

await writeFile(new URL('docs/configuration.md', packageFolder), configurationReference())
await writeFile(new URL('docs/cli.md', packageFolder), cliReference())
