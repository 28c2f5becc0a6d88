import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAddressPolicy } from '../../src/egress/address-policy.ts'
import { StartRefused } from '../../src/errors.ts'

test('metadata addresses stay shut, whatever the operator allows and however they are written', () => {
  const policy = createAddressPolicy(['0.0.0.0/0', '::/0'])
  for (const address of [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '::a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::1',
    '2001:0:1:2:3:4:5601:5601', // the client of Teredo, inverted
    '2a00::5efe:a9fe:a9fe',
  ]) {
    expect(policy.allows(address), address).toBe(false)
  }
  for (const address of ['10.0.0.1', '127.0.0.1', '::1', 'fd12::1', '2001:db8::1', '64:ff9b::a00:1']) {
    expect(policy.allows(address), address).toBe(true)
  }
})

test('an allowed NAT64 prefix reaches public IPv4 only', () => {
  const policy = createAddressPolicy(['64:ff9b::/96'])
  expect(policy.allows('64:ff9b::808:808')).toBe(true)
  expect(policy.allows('64:ff9b::a00:1')).toBe(false)
  expect(policy.allows('64:ff9b:1::808:808')).toBe(false)
})

test('what is not an address in plain form is not allowed', () => {
  const policy = createAddressPolicy(['0.0.0.0/0', '::/0'])
  for (const text of [
    '',
    'localhost',
    '127.1',
    '0x7f.1',
    '010.0.0.1',
    '[::1]',
    'fe80::1%eth0',
    '2a00::1%1',
    '1.2.3.4/8',
    ' 1.2.3.4',
  ]) {
    expect(policy.allows(text), text).toBe(false)
  }
})

test('a CIDR that cannot be read stops the start', () => {
  for (const cidr of ['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'internal', '']) {
    expect(() => createAddressPolicy([cidr]), cidr).toThrow(StartRefused)
  }
})

/** `RINGBACK_TEST_ADDRESSES=1000000` for the whole figure. */
const ADDRESSES = Number(process.env.RINGBACK_TEST_ADDRESSES ?? 100_000)

test(`the policy agrees with ranges reckoned as big integers, for ${ADDRESSES} addresses`, () => {
  const strict = createAddressPolicy([])
  const opened = createAddressPolicy(OPENED.map(([cidr]) => cidr))
  fc.assert(
    fc.property(fc.oneof(v4, v6), ({ bits, value }) => {
      const address = textOf(bits, value)
      expect(strict.allows(address), address).toBe(oracle(bits, value, []))
      expect(opened.allows(address), address).toBe(oracle(bits, value, OPENED))
    }),
    { numRuns: ADDRESSES },
  )
}, 600_000)

// The oracle: nothing of the code above is used in it.

type Cidr = readonly [string, bits: 32 | 128, first: bigint, prefix: number]

const OPENED: readonly Cidr[] = [
  ['10.1.0.0/16', 32, 0x0a010000n, 16],
  ['169.254.169.0/24', 32, 0xa9fea900n, 24],
  ['fd00::/16', 128, 0xfd00n << 112n, 16],
  ['::ffff:0:0/96', 128, 0xffffn << 32n, 96],
  ['::/96', 128, 0n, 96],
  ['64:ff9b::/32', 128, 0x64ff9bn << 96n, 32],
  ['2001::/32', 128, 0x20010000n << 96n, 32],
  ['2002::/16', 128, 0x2002n << 112n, 16],
]

const SPECIAL4: readonly (readonly [first: bigint, last: bigint])[] = [
  [0x00000000n, 0x00ffffffn],
  [0x0a000000n, 0x0affffffn],
  [0x64400000n, 0x647fffffn],
  [0x7f000000n, 0x7fffffffn],
  [0xa83f8110n, 0xa83f8110n],
  [0xa9fe0000n, 0xa9feffffn],
  [0xac100000n, 0xac1fffffn],
  [0xc0000000n, 0xc00000ffn],
  [0xc0000200n, 0xc00002ffn],
  [0xc01fc400n, 0xc01fc4ffn],
  [0xc034c100n, 0xc034c1ffn],
  [0xc0586300n, 0xc05863ffn],
  [0xc0a80000n, 0xc0a8ffffn],
  [0xc0af3000n, 0xc0af30ffn],
  [0xc6120000n, 0xc613ffffn],
  [0xc6336400n, 0xc63364ffn],
  [0xcb007100n, 0xcb0071ffn],
  [0xe0000000n, 0xffffffffn],
]

const METADATA4 = [0x646464c8n, 0xa83f8110n, 0xc00000c0n]

const SPECIAL6: readonly (readonly [first: bigint, bits: number])[] = [
  [0x2001n << 112n, 23],
  [0x20010db8n << 96n, 32],
  [0x2002n << 112n, 16],
  [0x2620004f8000n << 80n, 48],
  [0x3fffn << 112n, 20],
]

function oracle(bits: 32 | 128, n: bigint, opened: readonly Cidr[]): boolean {
  const isOpened = opened.some(([, of, first, prefix]) => of === bits && sharesPrefix(bits, n, first, prefix))
  if (bits === 32) {
    if (n >> 16n === 0xa9fen || METADATA4.includes(n)) return false
    return isOpened || !SPECIAL4.some(([first, last]) => n >= first && n <= last)
  }
  if (n >> 96n === 0xfd000ec2n || n >> 96n === 0xfd2000cen) return false
  if (n === (0xfd0000c1n << 96n) + 0xa9fea9fen || n === (0xfd000042n << 96n) + 0x42n) return false
  if (n === (0xfe80n << 112n) + 0xa9fea9fen) return false
  if (inside(n).some((v4) => !oracle(32, v4, opened))) return false
  if (isOpened) return true
  return n >> 125n === 1n && !SPECIAL6.some(([first, prefix]) => sharesPrefix(128, n, first, prefix))
}

function inside(n: bigint): bigint[] {
  const low = n & 0xffffffffn
  const found: bigint[] = []
  if (n >> 32n === 0xffffn) found.push(low)
  if (n >> 32n === 0n && n > 1n) found.push(low)
  if (n >> 32n === 0x64ff9bn << 64n) found.push(low)
  if (n >> 80n === 0x64ff9b0001n) found.push(low)
  if (n >> 112n === 0x2002n) found.push((n >> 80n) & 0xffffffffn)
  if (n >> 96n === 0x20010000n) found.push((n >> 64n) & 0xffffffffn, low ^ 0xffffffffn)
  const identifier = (n >> 32n) & 0xffffffffn
  if (identifier === 0x5efen || identifier === 0x02005efen) found.push(low)
  return found
}

const sharesPrefix = (bits: number, a: bigint, b: bigint, prefix: number) =>
  (a ^ b) >> BigInt(bits - prefix) === 0n

// Addresses: anywhere, and around every edge; inside every form that carries another.

const any4 = fc.bigInt(0n, 0xffffffffn)
const edges4 = [...SPECIAL4.flat(), 0x646464c8n, 0xc00000c0n, 0x0a010000n, 0x0a01ffffn]
const value4 = fc.oneof(any4, near(edges4, 32))
const v4 = value4.map((value) => ({ bits: 32 as const, value }))

const edges6 = [
  ...SPECIAL6.flatMap(([first, prefix]) => [first, first + (1n << BigInt(128 - prefix)) - 1n]),
  ...[0n, 1n << 125n, (1n << 126n) - 1n, 1n << 126n],
  ...[
    0xfd000ec2n << 96n,
    0xfd2000cen << 96n,
    (0xfd000042n << 96n) + 0x42n,
    (0xfd0000c1n << 96n) + 0xa9fea9fen,
  ],
]
const any6 = fc.bigInt(0n, (1n << 128n) - 1n)
const global6 = fc.bigInt(1n << 125n, (1n << 126n) - 1n)
const embedding = fc
  .tuple(value4, any6)
  .chain(([inner, filler]) =>
    fc.constantFrom(
      inner,
      (0xffffn << 32n) + inner,
      (0x64ff9bn << 96n) + inner,
      (0x64ff9b0001n << 80n) + (filler & (((1n << 48n) - 1n) << 32n)) + inner,
      (0x2002n << 112n) + (inner << 80n) + (filler & ((1n << 80n) - 1n)),
      (0x20010000n << 96n) + (inner << 64n) + (filler & ((1n << 64n) - 1n)),
      (0x20010000n << 96n) + (0x08080808n << 64n) + (inner ^ 0xffffffffn),
      (1n << 125n) + ((filler >> 67n) << 64n) + (0x5efen << 32n) + inner,
      (1n << 125n) + ((filler >> 67n) << 64n) + (0x02005efen << 32n) + inner,
    ),
  )
const v6 = fc
  .oneof(any6, global6, near(edges6, 128), embedding)
  .map((value) => ({ bits: 128 as const, value }))

function near(edges: readonly bigint[], bits: number): fc.Arbitrary<bigint> {
  return fc
    .tuple(fc.constantFrom(...edges), fc.bigInt(-2n, 2n))
    .map(([edge, step]) => BigInt.asUintN(bits, edge + step))
}

function textOf(bits: 32 | 128, value: bigint): string {
  const parts = (count: number, width: number, radix: number) =>
    Array.from({ length: count }, (_, i) =>
      ((value >> BigInt(width * (count - 1 - i))) & ((1n << BigInt(width)) - 1n)).toString(radix),
    )
  return bits === 32 ? parts(4, 8, 10).join('.') : parts(8, 16, 16).join(':')
}
