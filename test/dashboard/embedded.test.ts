/** The portal inside a page of another site, as a host application shows it. `localhost` and `127.0.0.1` are two sites. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../setup/free-port.ts'
import { hasBrowser, openStage, type Stage } from './stage.ts'

describe.skipIf(!hasBrowser)('the portal in a page of another site', () => {
  let stage: Stage
  let link: URL
  let allowed: Server
  let other: Server
  beforeAll(async () => {
    const port = await freePort()
    stage = await openStage({
      variables: { RINGBACK_PORTAL_FRAME_ANCESTORS: `http://127.0.0.1:${port}` },
    })
    await stage.ringback.api('PUT', '/v1/tenants/acme', { name: 'Acme' })
    link = await stage.linkFor('acme')
    // Browsers take a cookie for TLS alone (`Secure`) also from this machine without it.
    link.hostname = 'localhost'
    allowed = await startHost(link, port)
    other = await startHost(link, 0)
  })
  afterAll(async () => {
    for (const server of [allowed, other]) server.close()
    await stage.close()
  })

  const hostOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  it('is shown to an origin that the operator allowed, signed in, and works there', async () => {
    const context = await stage.browser.newContext()
    const page = await context.newPage()
    await page.goto(hostOf(allowed))
    const portal = page.frameLocator('iframe')
    await portal.getByRole('link', { name: 'Endpoints' }).click()
    await portal.getByRole('link', { name: 'New endpoint' }).first().click()
    await portal.getByLabel('URL').fill(stage.receiver.url)
    await portal.getByRole('button', { name: 'Register the endpoint' }).click()
    await portal.getByText('whsec_').waitFor()
    const [cookie] = await context.cookies(link.origin)
    expect(cookie).toMatchObject({ name: 'ringback_portal', httpOnly: true, secure: true, sameSite: 'None' })
    // Kept for this one page's site: the browser gives it to no other that shows the portal.
    expect(cookie?.partitionKey).toContain('127.0.0.1')
    await context.close()
  })

  it('is not shown to any other origin', async () => {
    const page = await stage.browser.newPage()
    const refused = new Promise<string>((resolve) => {
      page.on('console', (message) => {
        if (message.text().includes('frame-ancestors')) resolve(message.text())
      })
    })
    await page.goto(hostOf(other))
    expect(await refused).toContain(`frame-ancestors ${hostOf(allowed).slice(0, -1)}`)
    expect(await page.frameLocator('iframe').getByRole('main').count()).toBe(0)
    await page.close()
  })

  it('and the dashboard is shown to none', async () => {
    const response = await fetch(new URL('/dashboard/', stage.ringback.url))
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })
})

/** A host application's page with the portal inside. @param port 0: any */
async function startHost(link: URL, port: number): Promise<Server> {
  const page = `<!doctype html><title>Host</title><iframe src="${link}" width="1200" height="800"></iframe>`
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
