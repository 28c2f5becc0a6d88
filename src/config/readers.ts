/** How the text of a variable is read; the messages say what is wrong with it. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { StartRefused } from '../errors.ts'
import { parseRate, RATE_RULE, type Rate } from '../rate.ts'
import { parseMasterKeys } from '../sealing/master-keys.ts'

/** Parts joined by commas; white space around them, and empty ones, do not count. */
export const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** A whole number between these, both included. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`)

/** A part of the whole, from 0 to 1. */
export const share = z
  .string()
  .regex(/^(0|1|0?\.\d+|[01]\.\d*)$/, 'must be a number from 0 to 1')
  .transform(Number)
  .refine((n) => n <= 1, 'must be a number from 0 to 1')

/** Reads a rate, for `transform`; null: off. */
export function rate(text: string, context: z.RefinementCtx): Rate | null {
  const parsed = parseRate(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: `must be ${RATE_RULE}` })
  return z.NEVER
}

/** `true` or `false`. */
export const yesOrNo = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true')

/** A URL of one of these protocols, such as `https:`. */
export const urlOf = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    )

/** As a browser writes one: no path, no user, nothing that would end the directive it is put into. */
export const isOrigin = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text

/** Whether a text is a range of addresses. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  const family = isIP(address)
  const most = family === 4 ? 32 : 128
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

/** Whether a text is where an image lies, or one itself. */
export const isLogo = (text: string) => text.startsWith('data:image/') || /^https?:\/\/[^/\s]/.test(text)

/**
 * Whether a text is a forward proxy. Credentials are taken apart as they are sent, so they must be readable as a URL
 * has them.
 */
export function isProxy(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname, search, hash, username, password } = new URL(text)
  return protocol === 'http:' && pathname === '/' && search + hash === '' && isDecodable(username + password)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Reads master keys, for `transform`. */
export function masterKeys(text: string, context: z.RefinementCtx): Buffer[] {
  try {
    return parseMasterKeys(text)
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error
    context.addIssue({ code: 'custom', message: error.message })
    return z.NEVER
  }
}
