import type { Environment } from './load.ts'
import { VARIABLES, type Variable } from './variables.ts'

/** A setting as a process runs with it. */
export interface Setting {
  /** Of its variable. */
  name: string
  /** Its text; null when it has none, or is a secret. */
  value: string | null
  /** Whether somebody said it; else its default holds. */
  isSet: boolean
  /** Whether it is a secret: then its text is never shown. */
  isSecret: boolean
  /** The text that holds unless told; null: none. */
  default: string | null
  /** What it is, in a sentence. */
  says: string
}

/** All settings, in the order of the reference. */
export const settingsOf = (env: Environment): Setting[] =>
  (Object.entries(VARIABLES) as [string, Variable<unknown>][]).map(
    ([name, { default: fallback, secret = false, says }]) => ({
      name,
      value: secret ? null : env[name] || fallback || null,
      isSet: Boolean(env[name]),
      isSecret: secret,
      default: fallback || null,
      says,
    }),
  )
