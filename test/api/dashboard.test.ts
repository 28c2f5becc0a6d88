import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let branded: TestApi
beforeAll(async () => {
  api = await createTestApi()
  branded = await createTestApi({
    publicUrl: 'https://example.com/hooks',
    frameAncestors: ['https://app.example'],
    appearance: {
      brandName: '<b>$& "Acme"</b>',
      brandLogo: 'https://logo.example/a.svg?x=;',
      brandLogoDark: undefined,
      brandColor: '#ff0000',
      theme: 'dark',
    },
  })
})
afterAll(async () => {
  await api.close()
  await branded.close()
})

/** A directive of the policy, as a list. */
function policy({ headers }: { headers: Headers }, directive: string): string[] {
  const all = headers.get('Content-Security-Policy')!.split('; ')
  return all
    .find((one) => one.startsWith(`${directive} `))!
    .split(' ')
    .slice(1)
}

describe('the pages of the dashboard', () => {
  it.each(['/dashboard', '/dashboard/', '/dashboard/tenants/acme', '/portal', '/portal/tenants/acme'])(
    '%s is the application, whose router reads the rest',
    async (path) => {
      const { status, text, headers } = await api.ask(`GET ${path}`, { headers: { Authorization: '' } })
      expect([status, headers.get('Cache-Control')]).toEqual([200, 'no-store'])
      expect(text).toContain('<div id="root">')
    },
  )

  it('leads there from the root, also behind a prefix', async () => {
    const { status, headers } = await api.ask('GET /')
    expect([status, headers.get('Location')]).toEqual([302, 'dashboard/'])
  })

  it('lets a browser run our scripts alone, and ask our API alone', async () => {
    const answer = await api.ask('GET /dashboard/')
    expect(policy(answer, 'default-src')).toEqual(["'none'"])
    expect(policy(answer, 'script-src')).toEqual(["'self'"])
    expect(policy(answer, 'connect-src')).toEqual(["'self'"])
    expect(policy(answer, 'style-src').join()).toMatch(/^'self','nonce-[\w+/=]{24}'$/)
    expect(answer.text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=/)
  })

  it('has a nonce of its own for each answer', async () => {
    const [one, other] = await Promise.all([api.ask('GET /dashboard/'), api.ask('GET /dashboard/')])
    expect(policy(one, 'style-src')).not.toEqual(policy(other, 'style-src'))
  })

  it('lets the portal alone be framed, by the origins that the operator named', async () => {
    expect(policy(await api.ask('GET /portal/'), 'frame-ancestors')).toEqual(["'none'"])
    expect(policy(await branded.ask('GET /portal/'), 'frame-ancestors')).toEqual(['https://app.example'])
    expect(policy(await branded.ask('GET /dashboard/'), 'frame-ancestors')).toEqual(["'none'"])
  })

  it('writes the brand into the page as text, and lets its logo in by its origin', async () => {
    const answer = await branded.ask('GET /portal/')
    expect(answer.text).not.toContain('<b>')
    expect(answer.text).toContain('<title>&lt;b&gt;$&amp; &quot;Acme&quot;&lt;/b&gt;</title>')
    expect(policy(answer, 'img-src')).toEqual(["'self'", 'data:', 'https://logo.example'])
    const [, content] = /name="ringback-settings" content="([^"]*)"/.exec(answer.text)!
    expect(
      JSON.parse(content!.replaceAll('&quot;', '"').replace(/&(lt|gt|amp);/g, entityText)),
    ).toMatchObject({
      face: 'portal',
      prefix: '/hooks',
      brand: { name: '<b>$& "Acme"</b>', color: '#ff0000' },
      theme: 'dark',
    })
  })

  it('finds its files below the prefix of a proxy', async () => {
    const { text } = await branded.ask('GET /portal/')
    expect(text).toMatch(/src="\/hooks\/dashboard\/assets\/index-[\w-]+\.js"/)
  })
})

const entityText = (entity: string) => ({ '&lt;': '<', '&gt;': '>', '&amp;': '&' })[entity]!

describe('the files of the dashboard', () => {
  async function script(): Promise<string> {
    const { text } = await api.ask('GET /dashboard/')
    return /src="([^"]+\.js)"/.exec(text)![1]!
  }

  it('are kept for ever, since a change of what is in them changes their name', async () => {
    const { status, headers } = await api.ask(`GET ${await script()}`)
    expect([status, headers.get('Content-Type'), headers.get('Cache-Control')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ])
  })

  it('are sent packed to whoever can unpack them', async () => {
    const path = await script()
    const plain = await api.api.request(path)
    const packed = await api.api.request(path, { headers: { 'Accept-Encoding': 'gzip' } })
    expect(packed.headers.get('Content-Encoding')).toBe('gzip')
    expect(gunzipSync(await packed.arrayBuffer()).toString()).toBe(await plain.text())
  })

  it.each([
    '/dashboard/assets/none.js',
    '/dashboard/assets/..%2f.sources',
    '/dashboard/assets/..%2f..%2fsrc%2fmain.js',
    '/dashboard/assets/%2e%2e%2findex.html',
  ])('%s is none of them', async (path) => {
    expect((await api.ask(`GET ${path}`)).status).toBe(404)
  })
})

describe('the inside of the queue', () => {
  const AT = '/dashboard/queues'
  const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

  it('is shown to the operator alone', async () => {
    await api.tenant('acme')
    const key = async (body: object) =>
      (await api.ask('POST /v1/api-keys', { body: { name: 'k', ...body } })).json.key as string
    const portal = (await api.ask('POST /v1/tenants/acme/portal-sessions')).json.token as string
    expect((await api.ask(`GET ${AT}`)).status).toBe(200)
    for (const other of [
      await key({ scopes: ['read', 'manage', 'emit'] }),
      await key({ scopes: ['admin'], tenant: 'acme' }),
      portal,
    ])
      for (const path of [AT, `${AT}/api/queues`, `${AT}/static/images/logo.svg`])
        expect((await api.ask(`GET ${path}`, as(other))).status, path).toBe(404)
  })

  it('leads whoever has not signed in to where they can', async () => {
    const { status, headers } = await api.ask(`GET ${AT}`, as('wrong'))
    expect([status, headers.get('Location')]).toEqual([302, '/dashboard/'])
  })

  it('can be looked at, and not be changed', async () => {
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE'])
      expect(
        (await api.ask(`${method} ${AT}/api/queues/deliver/pause`)).status,
        method,
      ).toBeGreaterThanOrEqual(404)
  })

  it('asks no other host, and names none', async () => {
    const { text, headers } = await api.ask(`GET ${AT}`)
    expect(text).not.toMatch(/https?:/)
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'self';")
  })
})
