import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cliReference } from '../../src/cli/reference.ts'
import { configurationReference } from '../../src/config/reference.ts'
import { packageFolder } from '../../src/package.ts'

const read = (file: string) => readFileSync(new URL(file, packageFolder), 'utf8')

const pages = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(new URL('docs', packageFolder)).map((name) => `docs/${name}`),
]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: read(name) }))

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

/** npm's own shorthands for scripts of these names. */
const SHORTHANDS = /\bnpm (?:run (?:-s |--silent )?([a-z][\w:-]*)|(test|start)\b)/g

test('docs/configuration.md is what the code prints (`npm run docs:generate`)', () => {
  expect(read('docs/configuration.md')).toBe(configurationReference())
})

test('docs/cli.md is what the commands print (`npm run docs:generate`)', () => {
  expect(read('docs/cli.md')).toBe(cliReference())
})

test.each(pages)('every link of $name to a file of ours leads somewhere', ({ name, text }) => {
  const dead = linksOf(text)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => !leadsSomewhere(name, link))
  expect(dead).toEqual([])
})

test.each(pages)('every npm script that $name names is there', ({ text }) => {
  const named = [...text.matchAll(SHORTHANDS)].map(([, run, shorthand]) => run ?? shorthand!)
  expect(named.filter((script) => !(script in scripts))).toEqual([])
})

test.each(pages)('every test that $name quotes is there, word for word', ({ text }) => {
  const quoted = [...text.replace(/\s+/g, ' ').matchAll(/\]\((?:\.\.\/)?(test\/[^)]+)\): _([^_]+)_/g)]
  expect(quoted.filter(([, file, title]) => !read(file!).includes(title!)).map(([quote]) => quote)).toEqual(
    [],
  )
})

/** Links and pictures, in Markdown and in HTML. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '')
  const links = prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)
  return [...links].map(([, markdown, html]) => markdown ?? html!)
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? new URL(page, packageFolder) : new URL(path, new URL(page, packageFolder))
  if (!existsSync(fileURLToPath(target))) return false
  return (
    !anchor || !target.pathname.endsWith('.md') || anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
  )
}

/** The anchors that headings get, as GitHub makes them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
