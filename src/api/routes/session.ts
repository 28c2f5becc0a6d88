import { z } from '@hono/zod-openapi'
import { FACES, type Face } from '../../access/browser-session.ts'
import { CALLER_KINDS, type Caller, may, SCOPES } from '../../access/caller.ts'
import { HOUR } from '../../duration.ts'
import { RingbackError } from '../../errors.ts'
import { addRoute } from '../add-route.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { chargeFailure } from '../rate-limit.ts'
import { jsonBody } from '../requests.ts'
import { json, problems, shownMoment } from '../responses.ts'
import { createRoute } from '../route.ts'
import { refuseForeignPage } from '../same-origin.ts'
import { FACE_HEADER, faceOf, forgetSignedIn, keepSignedIn } from '../session-cookie.ts'

const tags = ['Session']
const path = '/v1/session'

/** Somebody who forgets to sign out is out the day after. */
const LONGEST = 24 * HOUR

const SignIn = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(4_096)
      .openapi({ description: "The operator's key, an API key, or the token of a portal session." }),
  })
  .openapi('SignIn')

const Session = z
  .object({
    kind: z.enum(CALLER_KINDS),
    tenant: z.string().nullable().openapi({ description: 'The one tenant whose part is open; null: all.' }),
    scopes: z.array(z.enum(SCOPES)),
    readOnly: z.boolean().openapi({ description: 'Whether it may look alone.' }),
    expiresAt: shownMoment
      .nullable()
      .openapi({ description: 'When it ends by itself: the key, or a cookie before it.' }),
    name: z.string().nullable().openapi({ description: "An API key's name." }),
  })
  .openapi('Session')

const faceHeader = z.object({
  [FACE_HEADER]: z.enum(FACES).optional().openapi({
    description: 'Which of the two cookies a request is for: the dashboard’s, or the portal’s.',
  }),
})

const get = createRoute({
  operationId: 'getSession',
  scope: 'any',
  summary: 'Who calls, and what they may do',
  tags,
  method: 'get',
  path,
  request: { headers: faceHeader },
  responses: { 200: json(Session, 'The caller.'), ...problems() },
})

const signIn = createRoute({
  operationId: 'createSession',
  scope: null,
  summary: 'Sign in with a browser',
  description:
    'Sets a cookie that holds the key, sealed: `ringback_portal` for a portal session, else `ringback_session`. It is good for as ' +
    'long as the key is, and a day at most. Requests by cookie that change something need the header `Ringback-Face` and must ' +
    'come from a page of this host.',
  tags,
  method: 'post',
  path,
  request: { headers: faceHeader, body: jsonBody(SignIn) },
  responses: { 200: json(Session, 'Whose key it is.'), ...problems(400, 413, 415, 422) },
})

const signOut = createRoute({
  operationId: 'deleteSession',
  scope: null,
  summary: 'Sign out',
  description:
    'Clears the cookie of the face that `Ringback-Face` names, the operator’s unless told. The key stays good.',
  tags,
  method: 'delete',
  path,
  request: { headers: faceHeader },
  responses: { 204: { description: 'The browser is signed out.' }, ...problems() },
})

/** Signing in and out, which needs no key beside the one that is given. */
export function signInRoutes(api: Api, needs: ApiNeeds): void {
  const { access, browserSessions, clock, limits, publicUrl, trustedProxies } = needs

  addRoute(api, signIn, async (c) => {
    // Nobody is to be signed in as somebody else by a page they happened upon.
    refuseForeignPage(c, publicUrl)
    const { token: credential } = c.req.valid('json')
    const caller = await access.identify(credential).catch(async (error) => {
      if (error instanceof RingbackError && error.kind === 'unauthorized')
        await chargeFailure(c, limits, trustedProxies)
      throw error
    })
    await access.confirm(caller)
    const now = clock.now()
    const expiresAt = new Date(
      Math.min(now + LONGEST, caller.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
    )
    const face: Face = caller.kind === 'portal' ? 'portal' : 'operator'
    const sealed = browserSessions.seal(face, { credential, expiresAt })
    keepSignedIn(c, needs, face, sealed, expiresAt.getTime() - now)
    return c.json(show({ ...caller, expiresAt }), 200)
  })

  addRoute(api, signOut, (c) => {
    refuseForeignPage(c, publicUrl)
    forgetSignedIn(c, needs, faceOf(c) ?? 'operator')
    return c.body(null, 204)
  })
}

/** Who calls, by whatever they call with. */
export function sessionRoutes(api: Api): void {
  addRoute(api, get, async (c) => {
    await c.get('confirm')()
    return c.json(show(c.get('caller')), 200)
  })
}

function show(caller: Caller): z.infer<typeof Session> {
  return {
    kind: caller.kind,
    tenant: caller.tenantId,
    scopes: [...caller.scopes],
    readOnly: !may(caller, 'manage') && !may(caller, 'emit'),
    expiresAt: caller.expiresAt?.toISOString() ?? null,
    name: caller.name,
  }
}
