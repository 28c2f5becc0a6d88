import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Context, MiddlewareHandler } from 'hono'
import { type Caller, may } from '../../access/caller.ts'
import { RingbackError } from '../../errors.ts'
import { callerOf } from '../authorise.ts'
import { prefixOf } from '../base-path.ts'
import type { Api, ApiEnv, ApiNeeds } from '../needs.ts'
import { routeProblem } from '../problem.ts'
import { chargeFailure } from '../rate-limit.ts'

const PATH = '/dashboard/queues'

/**
 * Bull Board writes a style element and styles of elements into its page, and its page names what its addresses begin with.
 * It wants a font of another host, which is neither let in nor asked for.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The inside of the queue, to look at alone, for whoever may do everything: what the queue holds is ids. */
export function queueBoardRoutes(api: Api, needs: ApiNeeds): void {
  const prefix = prefixOf(needs)
  const board = new HonoAdapter(serveStatic)
  board.setBasePath(`${prefix}${PATH}`)
  createBullBoard({
    queues: needs
      .queues()
      .map((queue) => new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false })),
    serverAdapter: board,
    options: {
      uiConfig: { boardTitle: 'Queues', miscLinks: [{ text: 'Dashboard', url: `${prefix}/dashboard/` }] },
    },
  })

  for (const path of [PATH, `${PATH}/*`]) api.use(path, operatorsOnly(needs), onlyLooking(), ownPolicy())
  api.route(PATH, board.registerPlugin() as unknown as Api)
}

/** To everybody else it is not there; who has not signed in is led to where they can. */
function operatorsOnly(needs: ApiNeeds): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const caller = await whoIsIt(c, needs)
    if (!caller) return c.redirect(`${prefixOf(needs)}/dashboard/`)
    if (!may(caller, 'admin') || caller.tenantId !== null) return routeProblem(c)
    return next()
  }
}

/** Undefined: nobody who has signed in. A key that is none counts against the limit, here as everywhere. */
async function whoIsIt(c: Context<ApiEnv>, needs: ApiNeeds): Promise<Caller | undefined> {
  try {
    return await callerOf(c, needs)
  } catch (error) {
    if (!(error instanceof RingbackError && error.kind === 'unauthorized')) throw error
    if (c.req.header('Authorization') !== undefined)
      await chargeFailure(c, needs.limits, needs.trustedProxies)
    return undefined
  }
}

/** Bull Board hides what would change something; here it is refused as well. */
function onlyLooking(): MiddlewareHandler<ApiEnv> {
  return (c, next) => (c.req.method === 'GET' ? next() : Promise.resolve(routeProblem(c)))
}

function ownPolicy(): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next()
    c.header('Content-Security-Policy', POLICY)
    if (!c.res.headers.get('Content-Type')?.startsWith('text/html')) return
    const page = (await c.res.text()).replace(/<link href="https:[^>]*>/g, '')
    c.res = new Response(page, c.res)
  }
}
