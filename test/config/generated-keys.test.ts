import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FoundKeys, findOrMakeKeys } from '../../src/config/generated-keys.ts'
import { StartRefused } from '../../src/errors.ts'

let home: string
let dataDir: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ringback-keys-'))
  dataDir = join(home, 'data')
})
afterEach(() => rm(home, { recursive: true, force: true }))

test('the first start makes the keys, the next finds them', async () => {
  const made = await findOrMakeKeys(dataDir)
  expect(made.fresh).toBe(true)
  expect(Buffer.from(made.masterKey, 'base64')).toHaveLength(32)
  expect(made.adminKey.length).toBeGreaterThanOrEqual(32)
  expect(await findOrMakeKeys(dataDir)).toEqual({ ...made, fresh: false })
})

test('only their owner may read them', async () => {
  const { file } = await findOrMakeKeys(dataDir)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
})

test('of processes that start at the same time one makes the keys, and all have them', async () => {
  const starts = Array.from({ length: 4 }, () =>
    fork(new URL('./key-finder.ts', import.meta.url), { execArgv: ['--import', 'tsx'] }),
  )
  await Promise.all(starts.map((start) => once(start, 'message')))
  for (const start of starts) start.send(dataDir)
  const answers = await Promise.all(starts.map((start) => once(start, 'message')))
  const found = answers.map(([keys]) => keys as FoundKeys)
  expect(found.filter((keys) => keys.fresh)).toHaveLength(1)
  expect(new Set(found.map((keys) => keys.masterKey)).size).toBe(1)
  expect(new Set(found.map((keys) => keys.adminKey)).size).toBe(1)
  await Promise.all(starts.map((start) => start.exitCode ?? once(start, 'exit')))
  expect(await readdir(dataDir)).toEqual(['keys.json'])
})

test.each([
  ['nothing', ''],
  ['half a file', '{"adminKey": "abc'],
  ['no master key', '{"adminKey": "abc"}'],
  ['null', 'null'],
])('a file that holds %s refuses to start, and stays as it is', async (_, text) => {
  await mkdir(dataDir)
  const file = join(dataDir, 'keys.json')
  await writeFile(file, text)
  await expect(findOrMakeKeys(dataDir)).rejects.toThrow(StartRefused)
  await expect(findOrMakeKeys(dataDir)).rejects.toThrow(file)
  expect(await readFile(file, 'utf8')).toBe(text)
})
