/**
 * GitHub's published webhooks as a host's events: each kind of event with its JSON Schema, and all example payloads.
 *
 * Source: @octokit/webhooks-schemas, @octokit/webhooks-examples.
 */
import { createRequire } from 'node:module'
import { setImmediate as breath } from 'node:timers/promises'
import { compileSchema } from '../../src/event-types/schema.ts'

/** An entry for `PUT /v1/event-types/{name}`. */
export interface EventType {
  /** `<event>.<action>`, such as `issues.opened`; just `push` for an event without actions. */
  name: string
  description: string
  schema: object
  /** `enforce` where GitHub's own examples keep to GitHub's schema; many are older than it, and only warned of. */
  schemaMode: 'enforce' | 'warn'
  example: object
}

/** A payload to be emitted. */
export interface Example {
  type: string
  data: object
}

/** All kinds of events that have an example, and all examples. */
export async function readCatalogue(): Promise<{ types: EventType[]; examples: Example[] }> {
  const types: EventType[] = []
  const examples: Example[] = []
  for (const { name: event, description, examples: payloads } of PUBLISHED)
    for (const action of new Set(payloads.map((payload) => payload.action))) {
      const name = action === undefined ? event : `${event}.${action}`
      const ofType = payloads.filter((payload) => payload.action === action)
      types.push(entry(name, description, schemaOf(event, action), ofType))
      examples.push(...ofType.map((data) => ({ type: name, data })))
      // Compiling all the schemas takes seconds, in which Ctrl-C must still be heard.
      await breath()
    }
  return { types, examples }
}

function entry(name: string, description: string, schema: object, payloads: readonly Payload[]): EventType {
  const faultsOf = compileSchema(schema)
  const allKeepToIt = payloads.every((payload) => faultsOf(payload).length === 0)
  return { name, description, schema, schemaMode: allKeepToIt ? 'enforce' : 'warn', example: payloads[0]! }
}

/** The part of the one big schema that describes this kind: its definition, and those that it refers to. */
function schemaOf(event: string, action: string | undefined): object {
  const name = [`${event}$${action}`, `${event}$event`].find((candidate) => candidate in DEFINITIONS)
  if (name === undefined) throw new Error(`GitHub publishes no schema for ${event} ${action ?? ''}.`)
  const needed = new Set<string>()
  addReferences(DEFINITIONS[name], needed)
  const definitions = Object.fromEntries([...needed].map((other) => [other, DEFINITIONS[other]]))
  return { ...(DEFINITIONS[name] as object), definitions }
}

const PREFIX = '#/definitions/'

function addReferences(schema: unknown, found: Set<string>): void {
  if (typeof schema !== 'object' || schema === null) return
  for (const [key, value] of Object.entries(schema)) {
    if (key !== '$ref' || typeof value !== 'string') {
      addReferences(value, found)
      continue
    }
    const name = value.slice(PREFIX.length)
    if (found.has(name)) continue
    found.add(name)
    addReferences(DEFINITIONS[name], found)
  }
}

interface Payload {
  action?: string
}

const load = createRequire(import.meta.url)
const PUBLISHED: { name: string; description: string; examples: Payload[] }[] = load(
  '@octokit/webhooks-examples',
)
const DEFINITIONS: Record<string, unknown> = load('@octokit/webhooks-schemas').definitions
