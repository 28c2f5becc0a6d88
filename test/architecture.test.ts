import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { brokenRule, placeOf } from './architecture/plan.ts'
import { importsOf, readSources } from './architecture/sources.ts'

const sources = readSources('src', 'workers')

/** A file that outgrows this holds more than one idea. */
const MOST_LINES = 300

/** Names that say nothing of what is inside, so that everything ends up there. */
const BUCKETS = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'shared',
  'types',
  'models',
  'services',
  'misc',
  'lib',
]

test('imports go down the floors, and left along the rooms', () => {
  const broken = sources.flatMap(importsOf).flatMap((one) => {
    const rule = brokenRule(one)
    return rule ? [`${one.from} imports ${one.to}: ${rule}.`] : []
  })
  expect(broken).toEqual([])
})

test('every file has its place in the plan', () => {
  const homeless = sources.filter(({ file }) => !placeOf(file))
  expect(
    homeless.map(({ file }) => `${file}: its folder is not in the plan (test/architecture/plan.ts).`),
  ).toEqual([])
})

test(`no file is longer than ${MOST_LINES} lines`, () => {
  const long = sources
    // Nobody changes these by hand; they are as long as the API.
    .filter(({ file }) => !file.startsWith('src/client/generated/'))
    .map(({ file, text }) => ({ file, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MOST_LINES)
  expect(long.map(({ file, lines }) => `${file} has ${lines} lines; cut it where its ideas part.`)).toEqual(
    [],
  )
})

test('no file and no folder is a bucket', () => {
  const buckets = sources.filter(({ file }) =>
    file.split('/').some((part) => BUCKETS.includes(basename(part).replace(/\..*$/, ''))),
  )
  expect(buckets.map(({ file }) => `${file}: name it for what it holds.`)).toEqual([])
})

test.each([
  ['src/events/accept.ts', 'src/api/app.ts', 'above'],
  ['src/events/accept.ts', 'src/deliveries/store.ts', 'left'],
  ['src/ids.ts', 'src/app.ts', 'above'],
  ['workers/deliver.ts', 'src/api/app.ts', 'one floor'],
  ['src/queue/open.ts', 'src/db/open.ts', 'config and telemetry'],
  ['src/queue/open.ts', 'src/telemetry/log.ts', 'config and telemetry'],
  ['src/retry/policy.ts', 'src/signing/sign.ts', 'one floor'],
  ['src/dashboard/api/client.ts', 'src/ids.ts', 'browser'],
  ['src/app.ts', 'src/dashboard/routes.tsx', 'browser'],
  ['src/events/accept.ts', 'src/stray/thing.ts', 'in the plan'],
  ['src/client/http.ts', 'src/errors.ts', 'published'],
  ['src/verify/index.ts', 'src/client/index.ts', 'published'],
  ['src/api/app.ts', 'src/client/index.ts', 'one floor'],
])('the rule refuses that %s imports %s', (from, to, word) => {
  expect(brokenRule({ from, to, typeOnly: false })).toContain(word)
})

test.each([
  ['src/main.ts', 'src/app.ts', false],
  ['src/app.ts', 'workers/deliver.ts', false],
  ['src/deliveries/store.ts', 'src/events/accept.ts', false],
  ['src/deliveries/store.ts', 'src/deliveries/table.ts', false],
  ['src/upkeep/sweep.ts', 'src/ids.ts', false],
  ['src/queue/open.ts', 'src/telemetry/log.ts', true],
  ['src/testing/signed-request.ts', 'src/verify/index.ts', false],
  ['src/cli/emit.ts', 'src/client/index.ts', false],
])('the rule lets %s import %s', (from, to, typeOnly) => {
  expect(brokenRule({ from, to, typeOnly })).toBeUndefined()
})

test('an import is seen however it is written', () => {
  const text = `
    import './a.ts'
    import type { B } from './b.ts'
    import { type C } from './c.ts'
    export { d } from './d.ts'
    export type { E } from './e.ts'
    const f = await import('../f.ts')
    type G = import('./g.ts').G
    import pg from 'pg'
  `
  expect(importsOf({ file: 'src/x/y.ts', text }).map(({ to, typeOnly }) => [to, typeOnly])).toEqual([
    ['src/x/a.ts', false],
    ['src/x/b.ts', true],
    ['src/x/c.ts', true],
    ['src/x/d.ts', false],
    ['src/x/e.ts', true],
    ['src/f.ts', false],
    ['src/x/g.ts', true],
  ])
})
