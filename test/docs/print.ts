/** Prints the pages, and parts of pages, that come from the code: `npm run docs:generate`. */
import { readFile, writeFile } from 'node:fs/promises'
import { cliReference } from '../../src/cli/reference.ts'
import { configurationReference } from '../../src/config/reference.ts'
import { packageFolder } from '../../src/package.ts'
import { COSTS, readAssumptions, readCosts } from '../capacity/inputs.ts'
import { capacityTable, withTable } from '../capacity/page.ts'

await writeFile(new URL('docs/configuration.md', packageFolder), configurationReference())
await writeFile(new URL('docs/cli.md', packageFolder), cliReference())

const scaling = new URL('docs/scaling.md', packageFolder)
const table = capacityTable(readCosts(COSTS), readAssumptions())
await writeFile(scaling, withTable(await readFile(scaling, 'utf8'), table))
