/** The generated part of the client: its files, from the document. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packageFolder } from '../../../src/package.ts'
import type { Document } from './document.ts'
import { HEAD } from './head.ts'
import { camel, nameOperations, pascal } from './names.ts'
import { writeNamespace } from './write-namespace.ts'
import { writeSchemas } from './write-schemas.ts'

/** Where they lie, from the root of the repository. */
export const FOLDER = 'src/client/generated'

/** The page that tells of the client; between these marks it lists its operations. */
export const PAGE = 'docs/client.md'
const MARKED = /(<!-- operations -->\n).*?(<!-- \/operations -->)/s

/** The page, with the operations of the document. */
export function withOperations(page: string, document: Document): string {
  const operations = nameOperations(document)
  const rows = document.tags.map(({ name }) => {
    const own = operations.filter(({ namespace }) => namespace === camel(name))
    return own.length > 0
      ? `| \`${camel(name)}\` | ${own.map(({ method }) => `\`${method}\``).join(' ')} |\n`
      : ''
  })
  const table = `\n| namespace | methods |\n|---|---|\n${rows.join('')}\n`
  return page.replace(MARKED, (_, begin: string, end: string) => begin + table + end)
}

/** All files by their names, as they are to lie there. */
export async function generateFiles(document: Document): Promise<Map<string, string>> {
  const operations = nameOperations(document)
  const used = document.tags.filter(({ name }) => operations.some((one) => one.namespace === camel(name)))
  const files = new Map<string, string>()
  const described = operations.map(({ operation }) => operation)
  files.set('schemas.ts', writeSchemas(document, described))
  for (const { name, description } of used) {
    const own = operations.filter(({ namespace }) => namespace === camel(name))
    files.set(`${fileName(name)}.ts`, writeNamespace(name, description, own))
  }
  files.set('namespaces.ts', writeNamespaces(used))
  return format(files)
}

/** The namespaces together, as the client has them. */
function writeNamespaces(tags: Document['tags']): string {
  const imports = tags.map(({ name }) => `import { ${pascal(name)} } from './${fileName(name)}.ts'`)
  const fields = tags.map(
    ({ name, description }) => `  /** ${description} */\n  readonly ${camel(name)}: ${pascal(name)}\n`,
  )
  const made = tags.map(({ name }) => `    this.${camel(name)} = new ${pascal(name)}(http)\n`)
  return `${HEAD}import type { Http } from '../http.ts'
${imports.join('\n')}

/** All operations of the API, by the tags of its document. */
export class Namespaces {
${fields.join('')}
  constructor(http: Http) {
${made.join('')}  }
}
`
}

/** `Event types` lies in `event-types.ts`. */
const fileName = (tag: string) => tag.toLowerCase().replace(/[^a-z0-9]+/g, '-')

/** As the project's formatter has them. */
async function format(files: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-generated-'))
  try {
    for (const [name, text] of files) await writeFile(join(folder, name), text)
    const root = fileURLToPath(packageFolder)
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
    const options = ['check', '--write', '--vcs-enabled=false', `--config-path=${root}`, folder]
    await promisify(execFile)(process.execPath, [biome, ...options])
    const formatted = [...files.keys()].map(
      async (name) => [name, await readFile(join(folder, name), 'utf8')] as const,
    )
    return new Map(await Promise.all(formatted))
  } finally {
    await rm(folder, { recursive: true })
  }
}
