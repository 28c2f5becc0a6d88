/** Writes the generated part of the client anew, and what the page on it lists: `npm run client:generate`. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { packageFolder } from '../../../src/package.ts'
import { readDocument } from './document.ts'
import { FOLDER, generateFiles, PAGE, withOperations } from './files.ts'

const document = await readDocument()
const files = await generateFiles(document)
const folder = new URL(`${FOLDER}/`, packageFolder)
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
for (const [name, text] of files) await writeFile(new URL(name, folder), text)

const page = new URL(PAGE, packageFolder)
await writeFile(page, withOperations(await readFile(page, 'utf8'), document))
