/** The dashboard says by itself what the API answers; here its words are held against the server's. */
import type { z } from '@hono/zod-openapi'
import { expect, expectTypeOf, test } from 'vitest'
import type { ApiKey } from '../../src/api/shapes/api-key.ts'
import type { Attempt } from '../../src/api/shapes/attempt.ts'
import type { AuditEntry } from '../../src/api/shapes/audit-entry.ts'
import type { Delivery } from '../../src/api/shapes/delivery.ts'
import type { Endpoint } from '../../src/api/shapes/endpoint.ts'
import type { Event, ListedEvent } from '../../src/api/shapes/event.ts'
import type { EventType } from '../../src/api/shapes/event-type.ts'
import type { Recovery } from '../../src/api/shapes/recovery.ts'
import type { Stats } from '../../src/api/shapes/stats.ts'
import type { Tenant } from '../../src/api/shapes/tenant.ts'
import { ACTIONS } from '../../src/audit/entry.ts'
import type * as browser from '../../src/dashboard/api/shapes.ts'
import { AUDIT_ACTIONS } from '../../src/dashboard/audit/actions.ts'

test('what the API answers is what the screens read', () => {
  expectTypeOf<z.infer<typeof Tenant>>().toExtend<browser.Tenant>()
  expectTypeOf<z.infer<typeof Endpoint>>().toExtend<browser.Endpoint>()
  expectTypeOf<z.infer<typeof EventType>>().toExtend<browser.EventType>()
  expectTypeOf<z.infer<typeof ListedEvent>>().toExtend<browser.ListedEvent>()
  expectTypeOf<z.infer<typeof Event>>().toExtend<browser.RingbackEvent>()
  expectTypeOf<z.infer<typeof Delivery>>().toExtend<browser.Delivery>()
  expectTypeOf<z.infer<typeof Attempt>>().toExtend<browser.Attempt>()
  expectTypeOf<z.infer<typeof Recovery>>().toExtend<browser.Recovery>()
  expectTypeOf<z.infer<typeof Stats>>().toExtend<browser.Stats>()
  expectTypeOf<z.infer<typeof AuditEntry>>().toExtend<browser.AuditEntry>()
  expectTypeOf<z.infer<typeof ApiKey>>().toExtend<browser.ApiKey>()
})

test('the audit log can be narrowed to whatever it tells of', () => {
  expect(AUDIT_ACTIONS).toEqual(Object.keys(ACTIONS))
})
