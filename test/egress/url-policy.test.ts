import { expect, test } from 'vitest'
import { createEgress, type UrlVerdict } from '../../src/egress/index.ts'

const strict = createEgress({ allow: [], requireHttps: true })
const lax = createEgress({ allow: [], requireHttps: false })

const code = (verdict: UrlVerdict) => (verdict.ok ? 'ok' : verdict.code)

test('plain http is refused unless the operator lets it be', () => {
  expect(code(strict.checkUrl('http://hooks.example.com/'))).toBe('url_invalid')
  expect(code(strict.checkUrl('HTTPS://hooks.example.com/'))).toBe('ok')
  expect(code(lax.checkUrl('http://hooks.example.com/'))).toBe('ok')
})

test('what is kept is the normal form: lower case, no fragment, no trailing dot, punycode, no default port', () => {
  for (const [raw, kept] of [
    ['https://HOOKS.Example.COM', 'https://hooks.example.com/'],
    ['https://hooks.example.com.:443/a/../b?x=1#frag', 'https://hooks.example.com/b?x=1'],
    ['https://bücher.example.com/ü', 'https://xn--bcher-kva.example.com/%C3%BC'],
    ['https://hooks.example.com:8443/', 'https://hooks.example.com:8443/'],
    ['https://0x08080808/', 'https://8.8.8.8/'],
    ['https://hooks.example.com?to=@a//b', 'https://hooks.example.com/?to=@a//b'],
  ] as const) {
    expect(strict.checkUrl(raw)).toEqual({ ok: true, url: kept })
    expect(strict.checkUrl(kept)).toEqual({ ok: true, url: kept })
  }
})

test('what cannot be read, or reads differently elsewhere, is url_invalid', () => {
  for (const url of [
    '',
    'hooks.example.com',
    '//hooks.example.com/',
    'https:hooks.example.com',
    'https:/hooks.example.com/',
    'https:///hooks.example.com/',
    'https://',
    'https://hooks.example.com:99999/',
    'https://user@hooks.example.com/',
    'https://:pass@hooks.example.com/',
    'https://@hooks.example.com/',
    'https://:@hooks.example.com/',
    'https://hooks.example.com/a b',
    'https://hooks.example.com/\u0000',
    'https://hooks.example.com/\u0085',
    'https://hooks.example.com\\a',
    'ftp://hooks.example.com/',
    `https://hooks.example.com/${'a'.repeat(2_048)}`,
    `https://hooks.example.com/${'ü'.repeat(1_000)}`,
  ]) {
    expect(code(strict.checkUrl(url)), url.slice(0, 60)).toBe('url_invalid')
  }
})

test('every refused host and port is url_not_allowed with one and the same message', () => {
  const messages = [
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://169.254.169.254/',
    'https://localhost/',
    'https://metadata.google.internal/',
    'https://redis/',
    'https://db.home.arpa/',
    'https://home.arpa/',
    'https://-bad.example.com/',
    `https://${'a'.repeat(64)}.example.com/`,
    `https://${'a.'.repeat(127)}example.com/`,
    'https://hooks.example.com:22/',
    'https://hooks.example.com:0/',
    'https://hooks.example.com:6379/',
    'https://hooks.example.com../',
  ].map((url) => {
    const verdict = strict.checkUrl(url)
    expect(code(verdict), url).toBe('url_not_allowed')
    return verdict.ok ? '' : verdict.message
  })
  expect(new Set(messages).size).toBe(1)
})

test('a reserved word inside a public name is no reason to refuse it', () => {
  for (const name of [
    'internal.example.com',
    'localhost.example.com',
    'mylocal.dev',
    'corp.example',
    'arpa.example.org',
  ]) {
    expect(code(strict.checkUrl(`https://${name}/`)), name).toBe('ok')
  }
})

test('an operator who allows 10.1.0.0/16 opens that alone', () => {
  const { checkUrl } = createEgress({ allow: ['10.1.0.0/16'], requireHttps: false })
  const verdicts = [
    '10.1.0.0',
    '10.1.255.255',
    '10.0.255.255',
    '10.2.0.0',
    '127.0.0.1',
    '[::ffff:10.1.0.1]',
  ].map((host) => code(checkUrl(`http://${host}/`)))
  expect(verdicts).toEqual(['ok', 'ok', ...Array.from({ length: 4 }, () => 'url_not_allowed')])
})
