import { resolve } from 'node:path'
import { openRingback, type Ringback as Server } from '../../app.ts'
import { Ringback } from '../../client/index.ts'
import { findOrMakeKeys } from '../../config/generated-keys.ts'
import { type Greeting, greetingText, pageOf } from '../dev/greeting.ts'
import { prepare } from '../dev/prepare.ts'
import { devConfig, leftOut } from '../dev/settings.ts'
import { createToggledLog, type ToggledLog } from '../dev/toggled-log.ts'
import { changeLine, followDeliveries } from '../follow.ts'
import type { Cli } from '../frame/cli.ts'
import { command, type JsonOption } from '../frame/command.ts'
import { failed } from '../frame/exit.ts'
import { listenToKeys } from '../frame/hotkeys.ts'
import { readWhole } from '../frame/input.ts'
import { jsonText } from '../frame/terminal.ts'
import { openInBrowser } from '../open-in-browser.ts'

interface DevOptions extends JsonOption {
  port?: number
  dataDir?: string
  tenant: string
  forward?: string
  log?: boolean
}

/** `ringback dev`: everything in one process, to develop against. */
export const devCommand = (cli: Cli) =>
  command('dev', 'Run all of Ringback here to develop against: no service beside it, receivers on this machine allowed')
    .option('-p, --port <port>', 'where it listens (4600)', readWhole)
    .option('--data-dir <directory>', 'where it keeps its data and keys (RINGBACK_DATA_DIR, else .ringback)')
    .option('-t, --tenant <tenant>', 'a tenant to begin with', 'acme')
    .option('-f, --forward <url>', 'your receiver: registered once for all events')
    .option('--log', "show the server's log from the start")
    .example('dev --forward http://localhost:3000/hook', 'with your receiver registered')
    .action(async (options: DevOptions) => {
      const { terminal } = cli
      const others = leftOut(cli.env)
      if (others.length > 0) terminal.say(`Left alone: ${others.join(', ')}. \`ringback start\` uses them.`)
      const config = devConfig(cli.env, options)
      const toggled = createToggledLog(terminal, config.logLevel, options.log === true)
      const signal = cli.interruption()
      const opened = await openRingback(config, { log: toggled.log })
      try {
        const url = opened.url!.replace(/\/+$/, '')
        const key = config.adminKey ?? (await findOrMakeKeys(config.dataDir)).adminKey
        await serve({ cli, toggled, options, server: opened, url, key, dataDir: resolve(config.dataDir), signal })
      } finally {
        await opened.stop()
      }
    })

interface Running {
  cli: Cli
  toggled: ToggledLog
  options: DevOptions
  server: Server
  url: string
  key: string
  dataDir: string
  signal: AbortSignal
}

/** Until somebody ends it. */
async function serve({ cli, toggled, options, url, key, dataDir, signal }: Running): Promise<void> {
  const { terminal } = cli
  const { tenant, forward: receiver } = options
  const client = new Ringback({ baseUrl: url, apiKey: key, retries: 0 })
  const { secret } = await prepare(client, tenant, receiver)
  const greeting: Greeting = { url, key, tenant, dataDir, page: await pageOf(url), receiver, secret }
  terminal.print(options.json ? jsonText(greeting) : greetingText(greeting, terminal.paint))

  const leave = listenToKeys(terminal, {
    o: {
      says: 'open',
      press: () => openInBrowser(greeting.page.url) || terminal.say(`There is no browser here: ${greeting.page.url}`),
    },
    t: { says: 'send a test event', press: async () => terminal.say(await sendTest(client, tenant)) },
    r: { says: 'resend the last', press: async () => terminal.say(await resendLast(client, tenant)) },
    l: { says: 'log', press: () => terminal.say(`The log is ${toggled.toggle() ? 'shown' : 'hidden'}.`) },
    q: { says: 'quit', press: () => process.kill(process.pid, 'SIGTERM') },
  })
  try {
    for await (const change of followDeliveries({ client }, {}, { signal }))
      if (change !== 'missed') terminal.say(changeLine(change, terminal.paintTalk))
  } catch (error) {
    // How a development server ends: nothing went wrong.
    if (!signal.aborted) throw error
  } finally {
    leave()
  }
}

async function sendTest(client: Ringback, tenant: string): Promise<string> {
  const { id, deliveryCount } = await client.events.emit(tenant, 'ringback.test', { hello: 'world' })
  if (deliveryCount > 0) return `${id} is on its way.`
  return `${id} is accepted, but nobody wants it: register a receiver (ringback dev --forward <url>).`
}

async function resendLast(client: Ringback, tenant: string): Promise<string> {
  const { data } = await client.deliveries.list(tenant, { limit: 1 }).page()
  const [last] = data
  if (!last) throw failed('There is no delivery yet.')
  await client.deliveries.retry(tenant, last.id)
  return `${last.eventId} is sent again.`
}
