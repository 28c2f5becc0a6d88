import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../setup/until.ts'

const DEMO = fileURLToPath(new URL('main.ts', import.meta.url))

test('the demo that stays open signs in by its links, and Ctrl-C ends it and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-demo-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const demo = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), DEMO, '--keep'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  onTestFinished(() => void demo.kill('SIGKILL'))
  const ended = once(demo, 'close')
  let said = ''
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await until(
    async () => said,
    (text) => text.includes('Ctrl-C ends them') || demo.exitCode !== null,
    'the demo to be open',
    240_000,
  )
  const [dashboard, portal] = [...said.matchAll(/http:\S+#token=(\S+)/g)].map(([url, token]) => ({
    url,
    token,
  }))
  expect(await pageAndSession(dashboard!)).toEqual([200, 200])
  expect(await pageAndSession(portal!)).toEqual([200, 200])

  demo.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  expect(said).toContain('All ended as told.')
  await expect(fetch(dashboard!.url!)).rejects.toThrow()
  expect(await readdir(folder)).toEqual([])
}, 300_000)

/** How the page answers that a link leads to, and the API to what the link holds. */
async function pageAndSession({ url, token }: { url?: string | undefined; token?: string | undefined }) {
  const headers = { authorization: `Bearer ${token}` }
  const page = await fetch(url!)
  const session = await fetch(new URL('/v1/tenants/github/endpoints', url), { headers })
  return [page.status, session.status]
}
