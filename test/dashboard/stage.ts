/** A real Ringback, a real receiver and a real Chromium: what a test of the screens stands on. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Variables } from '../setup/environment.ts'
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
  /** To another screen, as by a link: the page is not loaded again. */
  go(path: string): Promise<void>
}

/** How a page is opened. */
export interface Look {
  theme?: 'light' | 'dark'
  width?: number
}

/** All that a test file needs. */
export interface Stage {
  ringback: TestRingback
  /** Where the callbacks of `tenant` go. */
  receiver: Receiver
  /** A page of a browser that knows nothing yet. */
  open(path: string, look?: Look): Promise<Screen>
  /** The operator's dashboard, signed in. */
  asOperator(path: string, look?: Look): Promise<Screen>
  /** The portal of a tenant, by a link. */
  asTenant(tenant: string, look?: Look & { readOnly?: boolean }): Promise<Screen>
  /** What a link into a tenant's portal holds. */
  linkFor(tenant: string, options?: { readOnly?: boolean }): Promise<URL>
  browser: Browser
  close(): Promise<void>
}

/** Until nothing on the screen waits for an answer any more. */
export const loaded = (page: Page): Promise<void> =>
  page
    .getByRole('status')
    .filter({ hasText: /^(Loading|Opening)/ })
    .first()
    .waitFor({ state: 'detached' })

/** Opens a stage; `close` it after the file's tests. */
export async function openStage({ variables = {} }: { variables?: Variables } = {}): Promise<Stage> {
  const ringback = await startRingback({ variables })
  const receiver = await startReceiver()
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })

  const open: Stage['open'] = async (path, { theme = 'light', width = 1_280 } = {}) => {
    const context = await browser.newContext({
      colorScheme: theme,
      viewport: { width, height: 900 },
      reducedMotion: 'reduce',
    })
    // Sooner than the test's own end, so that it says what it waited for.
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    const faults = faultsOf(page, ringback.url)
    await page.goto(new URL(path, ringback.url).href)
    const base = new URL(page.url()).pathname.startsWith('/portal') ? '/portal' : '/dashboard'
    // The router's promise: until it is kept, the screen before may still be shown.
    const go = (to: string) =>
      page.evaluate<void>(
        `(history.pushState({}, '', ${JSON.stringify(base + to)}), self.__TSR_ROUTER__.load())`,
      )
    return { page, faults, go }
  }

  const linkFor: Stage['linkFor'] = async (tenant, { readOnly = false } = {}) => {
    const path = `/v1/tenants/${tenant}/portal-sessions`
    return new URL((await ringback.api<{ url: string }>('POST', path, { readOnly })).url)
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
    async asTenant(tenant, { readOnly = false, ...look } = {}) {
      const { pathname, hash } = await linkFor(tenant, { readOnly })
      return open(`${pathname}${hash}`, look)
    },
    linkFor,
    browser,
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
