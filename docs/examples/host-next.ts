// app/callbacks/[...path]/route.ts
import { createRingback } from 'ringback'

const ringback = await createRingback({
  databaseUrl: process.env.DATABASE_URL,
  adminKey: process.env.RINGBACK_ADMIN_KEY,
  masterKey: process.env.RINGBACK_MASTER_KEY,
  basePath: '/callbacks',
  // What delivers runs apart, with RINGBACK_ROLES=worker,upkeep.
  roles: [],
})

export const GET = ringback.fetch
export const POST = ringback.fetch
export const PUT = ringback.fetch
export const PATCH = ringback.fetch
export const DELETE = ringback.fetch
