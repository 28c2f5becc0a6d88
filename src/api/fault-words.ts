/** The faults that schemas find, in words of ours: each reads on from the path it is shown with. */
import type { z } from '@hono/zod-openapi'

/** For `safeParse`. A schema that says itself what must be (`z.string().refine(..., 'must ...')`) is asked first. */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'required' : `must be ${kindInWords(issue.expected)}`
    case 'invalid_value':
      return mustBeOneOf(issue.values)
    case 'too_small':
      return `must ${verbFor(issue.origin)} ${issue.minimum}${unitOf(issue.origin)} at least`
    case 'too_big':
      return `must ${verbFor(issue.origin)} ${issue.maximum}${unitOf(issue.origin)} at most`
    case 'invalid_union':
      return Array.isArray(issue.options) ? mustBeOneOf(issue.options) : 'has none of the forms it may have'
    case 'invalid_key':
      return 'must not be a key'
    default:
      return 'is not valid'
  }
}

/** `an endpoint`, `a tenant`. */
export const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`

const KINDS: Partial<Record<string, string>> = {
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  record: 'an object',
}

const kindInWords = (kind: string) => KINDS[kind] ?? withArticle(kind)

const mustBeOneOf = (values: readonly unknown[]) =>
  values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.join(', ')}`

const UNITS: Partial<Record<string, string>> = { string: 'characters', array: 'entries' }

const verbFor = (origin: string) => (UNITS[origin] ? 'have' : 'be')

const unitOf = (origin: string) => (UNITS[origin] ? ` ${UNITS[origin]}` : '')
