/** Tenants with one of everything, and callers of every kind. */
import { sql } from 'drizzle-orm'
import type { Scope } from '../../src/access/caller.ts'
import { insertAttempts } from '../../src/attempts/store.ts'
import type { Db } from '../../src/db/open.ts'
import { type Id, newId } from '../../src/ids.ts'
import type { TestApi } from '../api/test-api.ts'

/** What a tenant has, by the names that paths use. */
export interface Possessions {
  tenant: string
  endpoint: Id<'endpoint'>
  subscription: Id<'subscription'>
  event: Id<'event'>
  delivery: Id<'delivery'>
  recovery: Id<'recovery'>
  portalSession: Id<'portalSession'>
  /** Of the installation: a stranger is anybody who is bound to a tenant. */
  eventType: string
  apiKey: Id<'apiKey'>
  refusedEvent: string
}

/** Makes a tenant with one of everything. */
export async function settle({ ask, database, needs }: TestApi, tenant: string): Promise<Possessions> {
  await succeed(ask(`PUT /v1/tenants/${tenant}`))
  const of = `/v1/tenants/${tenant}`
  const endpoint = await succeed(ask(`POST ${of}/endpoints`, { body: { url: 'https://receiver.example/' } }))
  const event = await succeed(
    ask(`POST ${of}/events`, { body: { type: 'a', data: { of: tenant }, id: `first of ${tenant}` } }),
  )
  const { deliveries } = await succeed(ask(`GET ${of}/events/${event.id}`))
  const delivery = deliveries[0].id
  await insertAttempts(needs.db, [attempt(tenant, delivery, endpoint.id)])
  await database.db.execute(sql`update ringback.deliveries set attempt_count = 1 where id = ${delivery}`)
  const recovery = await succeed(ask(`POST ${of}/recoveries`, { body: { after: '2026-01-01T00:00:00Z' } }))
  const session = await succeed(ask(`POST ${of}/portal-sessions`))
  const key = await succeed(
    ask('POST /v1/api-keys', { body: { name: `of ${tenant}`, scopes: ['read'], tenant } }),
  )
  const eventType = `type.of.${tenant}`
  await succeed(ask(`PUT /v1/event-types/${eventType}`))
  const { rows } = await database.db.execute<{ seq: string }>(sql`
    insert into ringback.outbox (tenant_id, event, refused_at, problem)
    values (${tenant}, '{}', now(), '{"status":422,"code":"x","detail":"x","errors":[]}') returning seq`)
  return {
    tenant,
    endpoint: endpoint.id,
    subscription: endpoint.subscriptions[0].id,
    event: event.id,
    delivery,
    recovery: recovery.id,
    portalSession: session.id,
    eventType,
    apiKey: key.id,
    refusedEvent: String(rows[0]!.seq),
  }
}

/** Ids of the same kinds that nobody has. */
export const nobodys = (): Possessions => ({
  tenant: 'nobody',
  endpoint: newId('endpoint'),
  subscription: newId('subscription'),
  event: newId('event'),
  delivery: newId('delivery'),
  recovery: newId('recovery'),
  portalSession: newId('portalSession'),
  eventType: 'type.of.nobody',
  apiKey: newId('apiKey'),
  refusedEvent: '999999999',
})

/** All that the database holds, but when keys were used: equal before and after means that nothing was changed. */
export async function everything(db: Db): Promise<string> {
  const { rows: tables } = await db.execute<{ name: string }>(sql`
    select tablename as name from pg_tables
    where schemaname = 'ringback' and tablename !~ '_[0-9]{8}$' order by 1`)
  const parts = await db.execute<{ rows: string }>(
    sql.join(
      tables.map(
        ({ name }) => sql`
          select coalesce(json_agg(to_jsonb(t) - 'last_used_at' order by t::text), '[]')::text as rows
          from ${sql.identifier('ringback')}.${sql.identifier(name)} t`,
      ),
      sql` union all `,
    ),
  )
  return parts.rows.map(({ rows }) => rows).join('\n')
}

/** Gives out a key; its text. */
export async function giveKey(
  { ask }: TestApi,
  scopes: readonly Scope[],
  tenant?: string,
): Promise<{ id: Id<'apiKey'>; key: string }> {
  return succeed(ask('POST /v1/api-keys', { body: { name: 'given', scopes, tenant } }))
}

/** Opens a portal; its token. */
export async function openPortal(
  { ask }: TestApi,
  tenant: string,
  readOnly = false,
): Promise<{ id: Id<'portalSession'>; token: string }> {
  return succeed(ask(`POST /v1/tenants/${tenant}/portal-sessions`, { body: { readOnly } }))
}

/** The answer's JSON, when it is good. */
export async function succeed(answer: ReturnType<TestApi['ask']>) {
  const { status, json, text } = await answer
  if (status >= 300) throw new Error(`${status} ${text}`)
  return json
}

const attempt = (tenantId: string, deliveryId: Id<'delivery'>, endpointId: Id<'endpoint'>) => ({
  id: newId('attempt'),
  tenantId,
  deliveryId,
  endpointId,
  number: 1,
  trigger: 'automatic' as const,
  durationMs: 1,
  succeeded: false,
  error: 'http_status' as const,
  detail: null,
  requestUrl: 'https://receiver.example/',
  requestHeaders: {},
  responseStatus: 500,
  responseHeaders: {},
  responseBody: Buffer.from(`said to ${tenantId}`),
  responseTruncated: false,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 },
  remoteAddress: null,
})
