import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

/** What opens a connection to an address of somebody's choice. */
const WAYS_OUT = [
  /\bfrom '(got|undici|axios|node-fetch|ws)'/,
  /(?<!(?<!globalThis)\.|\w)fetch\(/,
  /\bnew (WebSocket|EventSource|Socket|net\.Socket|tls\.TLSSocket)\(/,
  /\bhttps?\.(request|get)\(/,
  /\b(net|tls|http2)\.(connect|createConnection)\(/,
  /\bimport \{[^}]*\b(request|get|connect|createConnection|createSocket)\b[^}]*\} from 'node:(https?|http2|net|tls|dgram)'/,
]

/** Folders and files that may, and why. */
const EXCEPTIONS: Record<string, string> = {
  'src/egress/': 'this is the way out',
  'src/client/': "published: runs in the host application, against Ringback's own API",
  'src/cli/': "speaks to Ringback's own API",
  'src/dashboard/': "runs in the browser, against Ringback's own API",
  'src/db/embedded/': 'asks on loopback whether the embedded server listens',
}

test('nothing but egress opens outgoing connections', () => {
  const files = ['src', 'workers'].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => `${folder}/${file}`),
  )
  expect(files.length).toBeGreaterThan(10)
  const offenders = files
    .filter((file) => !Object.keys(EXCEPTIONS).some((exempt) => file.startsWith(exempt)))
    .filter((file) => {
      const text = readFileSync(new URL(file, ROOT), 'utf8')
      return WAYS_OUT.some((way) => way.test(text))
    })
  expect(offenders).toEqual([])
})

test('each way out is one that this test sees', () => {
  for (const line of [
    "import got from 'got'",
    "import { Agent } from 'undici'",
    'await fetch(url)',
    'await globalThis.fetch(url)',
    'new WebSocket(url)',
    'new Socket().connect(80)',
    "import { get } from 'node:http'",
    'http.request(url)',
    'https.get(url)',
    'net.connect(80)',
    "import { connect } from 'node:net'",
    "import { Agent, request } from 'node:https'",
  ]) {
    expect(
      WAYS_OUT.some((way) => way.test(line)),
      line,
    ).toBe(true)
  }
  for (const line of ['app.fetch(request)', 'prefetch(page)', "import { isIP } from 'node:net'"]) {
    expect(
      WAYS_OUT.some((way) => way.test(line)),
      line,
    ).toBe(false)
  }
})
