import type { z } from 'zod'

/** One variable: how its text is read, and what the reference says of it. */
export interface Variable<T> {
  /** Reads the text; its messages name what is wrong with it. */
  schema: z.ZodType<T, string>
  /** The text assumed when the variable is unset or empty; `null`: unset means something of its own. */
  default: string | null
  /** What `null` means, or the values that are taken, for the reference. */
  range: string
  /** One sentence for the reference. */
  says: string
  /** Never shown, not even in part. */
  secret?: true
}

/** Says what a variable is. */
export const variable = <T>(v: Variable<T>) => v
