import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { declareCommon, documentOf } from '../document.ts'
import type { Api } from '../needs.ts'
import { routeProblem } from '../problem.ts'
import { REFERENCE_PAGE, REFERENCE_POLICY, REFERENCE_START, viewerFile } from '../reference-page.ts'

const JAVASCRIPT = 'text/javascript; charset=utf-8'

/** The viewer changes with a release alone. */
const KEEP_A_DAY = 'public, max-age=86400'

/** The description of the API, for programs and for people; neither needs a key. */
export function documentRoutes(api: Api, prefix: string): void {
  declareCommon(api)
  const document = documentOf(api, prefix)
  api.get('/openapi.json', (c) => c.body(document(), 200, { 'Content-Type': 'application/json' }))

  api.get('/docs', (c) => c.html(REFERENCE_PAGE, 200, { 'Content-Security-Policy': REFERENCE_POLICY }))
  api.get('/docs/start.js', (c) => c.body(REFERENCE_START, 200, { 'Content-Type': JAVASCRIPT }))
  api.get('/docs/viewer.js', (c) => {
    const file = viewerFile()
    if (!file) return routeProblem(c)
    // Three megabytes that few ask for: read when asked for, and not kept.
    const script = Readable.toWeb(createReadStream(file)) as ReadableStream
    return c.body(script, 200, { 'Content-Type': JAVASCRIPT, 'Cache-Control': KEEP_A_DAY })
  })
}
