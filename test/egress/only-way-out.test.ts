import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

/** Folders that may open connections, and why. */
const EXCEPTIONS: Record<string, string> = {
  'src/egress/': 'this is the way out',
  'src/client/': "published: runs in the host application, against Ringback's own API",
  'src/cli/': "speaks to Ringback's own API",
  'src/dashboard/': "runs in the browser, against Ringback's own API",
  'src/db/embedded/': 'asks on loopback whether the embedded server listens',
}

/** What opens none: to be imported anywhere. Whatever is in no list is refused. */
const HARMLESS = [
  '@bull-board/api',
  '@bull-board/hono',
  '@hono/node-server',
  '@hono/zod-openapi',
  '@opentelemetry/api',
  'ajv',
  'ajv-formats',
  'bullmq-otel',
  'drizzle-orm',
  'hono',
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:fs',
  'node:os',
  'node:path',
  'node:stream',
  'node:timers',
  'node:url',
  'node:util',
  'node:zlib',
  'pino',
  'prom-client',
  're2js',
  'sift',
  'standardwebhooks',
  'typeid-js',
  'zod',
]

/** What could: the folders and files that may import it, for an address that the operator set, or to listen. */
const NAMED: Record<string, string[]> = {
  bullmq: ['src/queue/', 'src/telemetry/tracing.ts', 'src/api/needs.ts'],
  ioredis: ['src/queue/redis-client.ts', 'src/queue/cluster-connect.ts'],
  pg: [
    'src/access/limits/',
    'src/db/',
    'src/queue/',
    'src/upkeep/',
    'src/library.ts',
    'src/open-parts.ts',
    'src/postgres-address.ts',
  ],
  'rate-limiter-flexible': ['src/access/limits/counters.ts'],
  '@opentelemetry/sdk-node': ['src/telemetry/start-sdk.ts'],
  'node:http': ['src/mounts.ts', 'src/api/serve.ts', 'src/testing/receiver.ts'],
  'node:net': [
    'src/api/client-address.ts',
    'src/api/serve.ts',
    'src/config/readers.ts',
    'src/db/line-watch.ts',
    'src/testing/receiver.ts',
  ],
}

/** What needs no import, or comes with one that is allowed for something else. */
const WAYS_OUT = [
  /(?<!(?<!globalThis)\.|\w)fetch\(/,
  /\bnew (WebSocket|EventSource|Socket|net\.Socket|tls\.TLSSocket)\(/,
  /\bhttps?\.(request|get)\(/,
  /\b(net|tls|http2)\.(connect|createConnection)\(/,
  /\bimport \{[^}]*(?<!type )\b(request|get|connect|createConnection|createSocket|Socket)\b[^}]*\} from '(node:)?(https?|http2|net|tls|dgram)'/,
]

/** What is wrong with a file. */
function offences(file: string, text: string): string[] {
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
  const strangers = imports.filter((name) => !name.startsWith('.') && !mayImport(file, name))
  return [...strangers, ...WAYS_OUT.filter((way) => way.test(text)).map(String)]
}

function mayImport(file: string, name: string): boolean {
  const isOf = (module: string) => name === module || name.startsWith(`${module}/`)
  const named = Object.keys(NAMED).find(isOf)
  if (named) return NAMED[named]!.some((place) => file.startsWith(place))
  return HARMLESS.some(isOf)
}

const sources = ['src', 'workers'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file}`),
)
const guarded = sources.filter((file) => !Object.keys(EXCEPTIONS).some((exempt) => file.startsWith(exempt)))
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8')

test('nothing but egress opens outgoing connections', () => {
  expect(guarded.length).toBeGreaterThan(10)
  const offenders = guarded.flatMap((file) => offences(file, read(file)).map((what) => `${file}: ${what}`))
  expect(offenders).toEqual([])
})

test('nothing is allowed here that nobody needs', () => {
  const imports = new Set(
    guarded.flatMap((file) =>
      ts.preProcessFile(read(file), true, true).importedFiles.map((one) => one.fileName),
    ),
  )
  const isNeeded = (module: string) =>
    [...imports].some((name) => name === module || name.startsWith(`${module}/`))
  expect([...HARMLESS, ...Object.keys(NAMED)].filter((module) => !isNeeded(module))).toEqual([])
})

test.each([
  "import got from 'got'",
  "import { Agent } from 'undici'",
  "import ky from 'ky'",
  "import mailer from 'nodemailer'",
  "const { default: got } = await import('got')",
  "const https = await import('node:https')",
  "const net = require('net')",
  "export { request } from 'node:https'",
  "import { get } from 'node:http'",
  "import { request } from 'https'",
  "import tls, { connect } from 'node:tls'",
  "import * as n from 'node:net'",
  "import { connect } from 'node:net'",
  "import { lookup } from 'node:dns/promises'",
  "import { Agent, request } from 'node:https'",
  "import { Redis } from 'ioredis'",
  'await fetch(url)',
  'await globalThis.fetch(url)',
  'new WebSocket(url)',
  'new Socket().connect(80)',
  'http.request(url)',
  'https.get(url)',
  'net.connect(80)',
])('this is seen as a way out: %s', (line) => {
  expect(offences('src/events/accept.ts', line)).not.toEqual([])
})

test.each([
  ['src/api/client-address.ts', "import { connect } from 'node:net'"],
  ['src/api/serve.ts', "import { Agent, request } from 'node:http'"],
])('also where its module is allowed for something else: %s, %s', (file, line) => {
  expect(offences(file, line)).not.toEqual([])
})

test.each([
  'app.fetch(request)',
  'prefetch(page)',
  "import { SECOND } from '../duration.ts'",
  "import { z } from 'zod'",
])('this is none: %s', (line) => {
  expect(offences('src/events/accept.ts', line)).toEqual([])
})
