/** Ringback to develop with, from its start to its end. */
import { resolve } from 'node:path'
import { openRingback } from '../../app.ts'
import { Ringback } from '../../client/index.ts'
import { findOrMakeKeys } from '../../config/generated-keys.ts'
import { changeLine, followDeliveries } from '../follow.ts'
import type { Cli } from '../frame/cli.ts'
import type { JsonOption } from '../frame/command.ts'
import { failed } from '../frame/exit.ts'
import { listenToKeys } from '../frame/hotkeys.ts'
import { jsonText } from '../frame/terminal.ts'
import { openInBrowser } from '../open-in-browser.ts'
import { type Greeting, greetingText, pageOf } from './greeting.ts'
import { prepare } from './prepare.ts'
import { devConfig, leftOut } from './settings.ts'
import { createToggledLog, type ToggledLog } from './toggled-log.ts'

/** What the command takes. */
export interface DevOptions extends JsonOption {
  port?: number
  dataDir?: string
  tenant: string
  forward?: string
  log?: boolean
}

/** Runs until somebody ends it. @throws StartRefused */
export async function runDev(cli: Cli, options: DevOptions): Promise<void> {
  const { terminal } = cli
  const others = leftOut(cli.env)
  if (others.length > 0) terminal.say(`Left alone: ${others.join(', ')}. \`ringback start\` uses them.`)
  const config = devConfig(cli.env, options)
  const toggled = createToggledLog(terminal, config.logLevel, options.log === true)
  const signal = cli.interruption()
  const server = await openRingback(config, { log: toggled.log })
  try {
    const url = server.url!.replace(/\/+$/, '')
    const key = config.adminKey ?? (await findOrMakeKeys(config.dataDir)).adminKey
    await serve(cli, options, { toggled, url, key, dataDir: resolve(config.dataDir), signal })
  } finally {
    await server.stop({ atOnce: true })
  }
}

interface Running {
  toggled: ToggledLog
  url: string
  key: string
  dataDir: string
  signal: AbortSignal
}

/** Greets, watches, and does what keys say. */
async function serve(cli: Cli, options: DevOptions, running: Running): Promise<void> {
  const { toggled, url, key, dataDir, signal } = running
  const { terminal } = cli
  const { tenant, forward: receiver } = options
  const client = new Ringback({ baseUrl: url, apiKey: key, retries: 0 })
  const { secret } = await prepare(client, tenant, receiver)
  const greeting: Greeting = { url, key, tenant, dataDir, page: await pageOf(url, key), receiver, secret }
  terminal.print(options.json ? jsonText(greeting) : greetingText(greeting, terminal.paint))

  const leave = listenToKeys(terminal, {
    o: {
      says: 'open',
      press: () =>
        openInBrowser(greeting.page.url) || terminal.say(`There is no browser here: ${greeting.page.url}`),
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
