/** Writes the generated part of the client anew: `npm run client:generate`. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { packageFolder } from '../../../src/package.ts'
import { readDocument } from './document.ts'
import { FOLDER, generateFiles } from './files.ts'

const files = await generateFiles(await readDocument())
const folder = new URL(`${FOLDER}/`, packageFolder)
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
for (const [name, text] of files) await writeFile(new URL(name, folder), text)
