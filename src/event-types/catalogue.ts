/** The catalogue at work: checks events against their types before they are accepted. */
import type { Db } from '../db/open.ts'
import { type Fault, type RingbackError, refused } from '../errors.ts'
import type { Log } from '../telemetry/log.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'
import { TEST_TYPE } from './event-type.ts'
import { compileSchema, type SchemaTest } from './schema.ts'
import { type SchemaState, schemaStates } from './store.ts'

/** What checking needs from outside. */
export interface CatalogueNeeds {
  db: Db
  /** Whether an event type must be in the catalogue. */
  strict: boolean
  log: Pick<Log, 'warn'>
}

/** An event to be checked: whose it is, its type, and its `data`, parsed. */
export interface CheckedItem {
  tenantId: string
  type: string
  value: unknown
}

/** Checks events against their types. */
export interface Catalogue {
  /**
   * What speaks against each of these events, by the catalogue as it is committed now; one small query for all of them. Those
   * of the operator's tenant are ours: the host's catalogue has no say in them.
   * @returns in their order: null, or `unknown_event_type` or `schema_violation`
   */
  check(items: readonly CheckedItem[]): Promise<(RingbackError | null)[]>
}

/** Far more schemas than a product has; a compiled one takes some tens of kilobytes. */
const REMEMBERED_SCHEMAS = 1_000

interface CompiledSchema {
  /** As the store gave it with the schema. */
  version: string
  test: SchemaTest
}

export function createCatalogue({ db, strict, log }: CatalogueNeeds): Catalogue {
  const compiled = new Map<string, CompiledSchema>()

  async function listedTypes(items: readonly CheckedItem[]) {
    // Held in hand over the query: what it says of a version is said of these.
    const known = new Map(
      [...new Set(items.map(({ type }) => type))].map((name) => [name, compiled.get(name)]),
    )
    const states = await schemaStates(
      db,
      [...known].map(([name, schema]) => ({ name, version: schema?.version ?? null })),
    )
    return new Map(
      states.map((state) => {
        const test = state.schemaMode === 'off' ? null : testOf(state, known.get(state.name))
        return [state.name, { mode: state.schemaMode, test }]
      }),
    )
  }

  function testOf({ name, version, schema }: SchemaState, known: CompiledSchema | undefined): SchemaTest {
    if (known?.version === version) return known.test
    const test = schema === null ? () => [] : compileSchema(schema)
    if (compiled.size >= REMEMBERED_SCHEMAS) compiled.clear()
    compiled.set(name, { version, test })
    return test
  }

  return {
    async check(items) {
      const listed = await listedTypes(items)
      return items.map(({ tenantId, type, value }) => {
        if (tenantId === OPERATOR_TENANT) return null
        const found = listed.get(type)
        if (!found) return strict && type !== TEST_TYPE ? unknown(type) : null
        const faults = found.test?.(value) ?? []
        if (faults.length === 0) return null
        if (found.mode === 'enforce') return violation(type, faults)
        log.warn({ eventType: type, faults }, 'an event breaks the schema of its type')
        return null
      })
    },
  }
}

const unknown = (type: string) =>
  refused('unknown_event_type', `The event type "${type}" is not in the catalogue.`)

const violation = (type: string, faults: readonly Fault[]) =>
  refused('schema_violation', `The data breaks the schema of "${type}".`, faults)
