// app/callbacks/[...path]/route.ts
import { createRingback } from 'ringback'

let opened: ReturnType<typeof createRingback> | undefined

/** Opened by the first request: `next build` imports this file too, where there is no database. */
const ringback = () => {
  opened ??= createRingback({
    databaseUrl: process.env.DATABASE_URL,
    adminKey: process.env.RINGBACK_ADMIN_KEY,
    masterKey: process.env.RINGBACK_MASTER_KEY,
    basePath: '/callbacks',
    // What delivers runs apart, with RINGBACK_ROLES=worker,upkeep.
    roles: [],
  })
  // Where it could not be opened, the next request tries again.
  opened.catch(() => {
    opened = undefined
  })
  return opened
}

const answer = async (request: Request) => (await ringback()).fetch(request)

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
