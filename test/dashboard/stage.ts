/** A real Ringback, a real receiver and a real Chromium: what a test of the screens stands on. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

const CHROMIUM = '/usr/bin/chromium'

if (!existsSync(CHROMIUM) && process.env.CI)
  throw new Error('There is no Chromium: in CI the screens must be opened.')

/** Whether the screens can be opened on this machine. */
export const hasBrowser: boolean = existsSync(CHROMIUM)

/** A page, and whatever went wrong in it. */
export interface Screen {
  page: Page
  /** Errors on the console, exceptions, and requests to any other host. */
  faults: string[]
}

/** All that a test file needs. */
export interface Stage {
  ringback: TestRingback
  /** Where the callbacks of `tenant` go. */
  receiver: Receiver
  /** A page of a browser that knows nothing yet. */
  open(path: string, options?: { theme?: 'light' | 'dark'; width?: number }): Promise<Screen>
  /** The operator's dashboard, signed in. */
  asOperator(path: string, options?: { theme?: 'light' | 'dark'; width?: number }): Promise<Screen>
  /** The portal of a tenant, by a link. */
  asTenant(tenant: string, options?: { readOnly?: boolean; theme?: 'light' | 'dark' }): Promise<Screen>
  close(): Promise<void>
}

/** Opens a stage; `close` it after the file's tests. */
export async function openStage(): Promise<Stage> {
  const ringback = await startRingback()
  const receiver = await startReceiver()
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })

  const open: Stage['open'] = async (path, { theme = 'light', width = 1_280 } = {}) => {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 } })
    const page = await context.newPage()
    const screen = { page, faults: faultsOf(page, ringback.url) }
    await page.goto(new URL(path, ringback.url).href)
    return screen
  }

  return {
    ringback,
    receiver,
    open,
    async asOperator(path, options) {
      const screen = await open(`/dashboard${path}`, options)
      await screen.page.getByLabel('API key').fill(ringback.key)
      await screen.page.getByRole('button', { name: 'Sign in' }).click()
      await screen.page.locator('#screen').waitFor()
      return screen
    },
    async asTenant(tenant, { readOnly = false, ...options } = {}) {
      const { url } = await ringback.api<{ url: string }>('POST', `/v1/tenants/${tenant}/portal-sessions`, {
        readOnly,
      })
      const { pathname, hash } = new URL(url)
      return open(`${pathname}${hash}`, options)
    },
    async close() {
      await closeAll(browser)
      await receiver.close()
      await ringback.stop()
    },
  }
}

async function closeAll(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()))
  await browser.close()
}

function faultsOf(page: Page, home: string): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    const { url } = message.location()
    if (message.type() === 'error') faults.push(`console: ${message.text()} ${url}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith('data:') && new URL(url).origin !== new URL(home).origin) faults.push(`asked ${url}`)
  })
  return faults
}
