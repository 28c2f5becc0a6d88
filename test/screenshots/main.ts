/**
 * `npm run screenshots`: the screens of both faces on the data of the demo, into `docs/images/`, light, dark and narrow.
 * As WebP, which Chromium writes by itself: a tenth of a PNG.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { createClosing } from '../../src/closing.ts'
import { packageFolder } from '../../src/package.ts'
import { loaded } from '../dashboard/stage.ts'
import { makeLinks } from '../demo/keep.ts'
import { run } from '../demo/run.ts'
import { openUi } from '../demo/ui.ts'
import { prepare } from './prepare.ts'
import { DASHBOARD, PORTAL, type Shot } from './shots.ts'

const FOLDER = fileURLToPath(new URL('docs/images/screens/', packageFolder))
const CHROMIUM = '/usr/bin/chromium'
const LOOKS = [
  { name: 'light', theme: 'light', width: 1_280, height: 800 },
  { name: 'dark', theme: 'dark', width: 1_280, height: 800 },
  { name: 'narrow', theme: 'light', width: 375, height: 740 },
] as const

const ui = openUi()
const closing = createClosing((part, error) => ui.failed(`The ${part} did not close cleanly: ${error}`))
const interruption = new AbortController()
const faults = await run(ui, closing, interruption.signal, async (installation) => {
  const ids = await prepare(installation.api)
  const links = await makeLinks(installation)
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  closing.add('browser', () => browser.close())
  for (const { name, theme, width, height } of LOOKS)
    for (const [face, link, shots] of [
      ['dashboard', links.dashboard, DASHBOARD],
      ['portal', links.portal, PORTAL],
    ] as const) {
      const viewport = { width, height }
      const context = await browser.newContext({ colorScheme: theme, viewport, reducedMotion: 'reduce' })
      const page = await context.newPage()
      await page.goto(link)
      await page.locator('#screen').waitFor()
      for (const shot of shots) await take(page, shot, `/${face}`, ids, `${face}-${shot.name}-${name}`)
      await context.close()
    }
}).catch((error: unknown) => [String(error)])
await closing.close()
for (const fault of faults) ui.failed(fault)
process.exitCode = faults.length === 0 ? 0 : 1

async function take(page: Page, shot: Shot, base: string, ids: Record<string, string>, file: string) {
  const path = base + shot.path.replace(/\{(\w+)\}/g, (_, id: string) => ids[id]!)
  await page.evaluate(`(history.pushState({}, '', '${path}'), self.__TSR_ROUTER__.load())`)
  await loaded(page)
  await shot.first?.(page)
  // Charts and small bars are asked for once they are in sight.
  await page.locator('svg[role=img][aria-label=Loading]:visible').first().waitFor({ state: 'detached' })
  await loaded(page)
  // Messages of what was just done.
  await page.evaluate('document.activeElement?.blur()')
  const devtools = await page.context().newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 80 })
  await writeFile(`${FOLDER}${file}.webp`, Buffer.from(data, 'base64'))
  await devtools.detach()
}
