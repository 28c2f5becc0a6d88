import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { packageFolder } from '../../src/package.ts'
import { freePort } from '../setup/free-port.ts'
import { startRingback } from '../setup/server.ts'

/** The commands of the README that follow its mark, up to the next chapter. */
function quickStart(): string {
  const readme = readFileSync(new URL('README.md', packageFolder), 'utf8')
  const [, after = ''] = readme.split('<!-- quick start -->')
  const chapter = after.split('\n## ', 1)[0]!
  return [...chapter.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands]) => commands).join('\n')
}

test("the README's first callback works as it is written there", async () => {
  const commands = quickStart()
  const key = /^export KEY=(.+)$/m.exec(commands)![1]!
  const ringback = await startRingback({ variables: { RINGBACK_ADMIN_KEY: key } })
  try {
    const { host } = new URL(ringback.url)
    const script = commands.replaceAll('127.0.0.1:4600', host).replaceAll('4700', `${await freePort()}`)
    // `set -m` makes `kill %1` mean in a script what it means in a terminal.
    const shell = spawn('bash', ['-mc', script], {
      cwd: fileURLToPath(packageFolder),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [output, errors] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'exit')])

    const inOrder = [
      '"status":"retrying"',
      '"error":"connect_refused"',
      'took evt_',
      "type: 'invoice.paid'",
      '"status":"delivered"',
    ]
    let from = 0
    for (const said of inOrder) {
      const at = output.indexOf(said, from)
      expect(at, `${said} in\n${output.slice(from)}\n${errors}`).toBeGreaterThanOrEqual(0)
      from = at
    }
  } finally {
    await ringback.stop()
  }
})
