/** Which events there are, and what their data looks like: for the compiler alone, or checked at run time too. */
import { type Fault, RingbackError } from './error.ts'
import type { SchemaIssue, StandardSchema } from './standard-schema.ts'

/** Without a catalogue: any event type, any data. */
export interface AnyEvents {
  [type: string]: unknown
}

/** The names of a catalogue. */
export type EventName<Events> = keyof Events & string

/** Validators, by the name of the event type. */
export type Validators<Events> = { readonly [Type in keyof Events]: StandardSchema<Events[Type]> }

/**
 * Checks an event's data by the validator of its type.
 * @returns the data to send: what the validator makes of it
 * @throws RingbackError `unknown_event_type`, `schema_violation`; nothing was sent then
 */
export async function checkedData(
  validators: Readonly<Record<string, StandardSchema>> | undefined,
  type: string,
  data: unknown,
): Promise<unknown> {
  if (!validators) return data
  const validator = Object.hasOwn(validators, type) ? validators[type] : undefined
  if (!validator) throw new RingbackError('unknown_event_type', `The catalogue has no event type ${type}.`)
  const result = await validator['~standard'].validate(data)
  if (!result.issues) return result.value
  const errors = result.issues.map(faultOf)
  const [first] = errors
  throw new RingbackError(
    'schema_violation',
    `The data does not fit ${type}: ${first?.path} ${first?.message}`,
    { errors },
  )
}

/** As the API would say it: the data lies in the request's `data`. */
function faultOf({ path = [], message }: SchemaIssue): Fault {
  const keys = path.map((step) => (typeof step === 'object' ? step.key : step))
  const steps = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
  return { path: `data${steps.join('')}`, message }
}
