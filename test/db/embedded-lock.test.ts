import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holdLock } from '../../src/db/embedded/lock.ts'
import { StartRefused } from '../../src/errors.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ringback-lock-'))
})
afterEach(() => rm(dir, { recursive: true }))

describe('the lock on a data directory', () => {
  test('goes to exactly one of many that ask at once, again and again', async () => {
    for (let round = 0; round < 20; round++) {
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => holdLock(dir)))
      const held = asked.filter((each) => each.status === 'fulfilled')
      const refusals = asked
        .filter((each) => each.status === 'rejected')
        .map(({ reason }) => reason as unknown)
      expect(held).toHaveLength(1)
      expect(refusals.every((reason) => reason instanceof StartRefused)).toBe(true)
      await held[0]!.value.release()
    }
  })

  test('leaves nothing behind when it is released', async () => {
    const lock = await holdLock(dir)
    await lock.release()
    expect(await readdir(dir)).toEqual([])
  })
})
