import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ringback } from './command.ts'

const run = promisify(execFile)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-cli-'))
  for (const shell of ['bash', 'zsh', 'fish'])
    await writeFile(join(folder, shell), (await ringback(['completion', shell])).stdout)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What bash offers after these words, the last of which is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `. ${join(folder, 'bash')}
    COMP_WORDS=(ringback ${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=${words.length}
    _ringback_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`
  return (await run('bash', ['--norc', '-c', script])).stdout.split('\n').filter((word) => word !== '')
}

it('bash offers commands, their own commands, and options', async () => {
  expect(await offered('re')).toEqual(['relay', 'retry', 'recover'])
  expect(await offered('keys', 'g')).toEqual(['generate-master'])
  expect(await offered('endpoints', 'create', 'https://example.com', '--ev')).toEqual(['--event-type'])
  expect(await offered('--json', 'deliveries', '')).toEqual(['list', 'get', 'attempts'])
})

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0

it.skipIf(!has('zsh'))('zsh reads its script', async () => {
  await run('zsh', ['-n', join(folder, 'zsh')])
})

it.skipIf(!has('fish'))('fish reads its script', async () => {
  await run('fish', ['-n', join(folder, 'fish')])
})
