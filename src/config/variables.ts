/**
 * Every environment variable that Ringback reads: name, default, range, one sentence. This one list validates the
 * environment, prints the reference page (`docs/configuration.md`) and the summary at start.
 */
import { z } from 'zod'
import {
  isCidr,
  isLogo,
  isOrigin,
  isProxy,
  list,
  masterKeys,
  rate,
  urlOf,
  wholeNumber,
  yesOrNo,
} from './readers.ts'
import { STORES } from './stores.ts'
import { variable } from './variable.ts'
import { WATCHING } from './watching.ts'

export type { Variable } from './variable.ts'

/** The parts of Ringback that a process can run. */
export const ROLES = ['api', 'worker', 'upkeep'] as const
export type Role = (typeof ROLES)[number]

/** A rate limit: how many requests in how many seconds. */
const rateLimit = (of: { default: string; says: string }) =>
  variable({ schema: z.string().transform(rate), range: 'off, or requests/seconds such as 100/1', ...of })

/** What a client can send in a header: HTTP cuts spaces off its ends. */
const SENDABLE = /^(?!\s)\P{Cc}+(?<!\s)$/u

/** The variables, in the order of the reference. */
export const VARIABLES = {
  PORT: variable({
    schema: wholeNumber(0, 65_535),
    default: '4600',
    range: '0-65535; 0 takes a free one',
    says: 'The port that the API listens on.',
  }),
  HOST: variable({
    schema: z.string().min(1),
    default: '127.0.0.1',
    range: 'an address or host name',
    says: 'The address that the API listens on; 0.0.0.0 for all.',
  }),
  RINGBACK_PUBLIC_URL: variable({
    schema: urlOf('https:', 'http:')
      .refine((text) => !/[?#]/.test(text), 'must have neither a query nor a fragment')
      .transform((text) => text.replace(/\/+$/, '')),
    default: null,
    range: 'a URL; unset: where the request for a link came',
    says: 'Where people reach this installation, for the links into the portal.',
  }),
  RINGBACK_PORTAL_FRAME_ANCESTORS: variable({
    schema: z
      .string()
      .transform(list)
      .refine(
        (origins) => origins.every(isOrigin),
        'must be origins such as https://app.example, joined by commas',
      ),
    default: '',
    range: 'origins joined by commas; empty: none',
    says: 'Whose pages may show the portal inside them; its cookie is then one that browsers keep there, over HTTPS alone.',
  }),
  ...STORES,
  RINGBACK_DATA_DIR: variable({
    schema: z.string().min(1),
    default: '.ringback',
    range: 'a directory',
    says: 'Where the embedded database and the generated keys are kept.',
  }),
  RINGBACK_ADMIN_KEY: variable({
    schema: z
      .string()
      .min(32, 'must have 32 characters or more')
      .regex(
        SENDABLE,
        'must not begin or end with a space, nor hold a line break or another control character',
      ),
    default: null,
    range: '32 characters or more; unset: generated once and kept in the data directory',
    says: 'The key that may do everything, sent as `Authorization: Bearer`.',
    secret: true,
  }),
  RINGBACK_MASTER_KEY: variable({
    schema: z.string().transform(masterKeys),
    default: null,
    range:
      '32 bytes in base64; several joined by commas, the first seals; unset: generated once, with the embedded database only',
    says: 'Seals signing secrets and headers at rest; without it they cannot be read again.',
    secret: true,
  }),
  RINGBACK_ROLES: variable({
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(z.enum(ROLES, `must be any of ${ROLES.join(', ')}`)).min(1, 'must name a role')),
    default: ROLES.join(','),
    range: `any of ${ROLES.join(', ')}`,
    says: 'Which parts run in this process; any number of processes may run each.',
  }),
  RINGBACK_EGRESS_ALLOW: variable({
    schema: z
      .string()
      .transform(list)
      .refine((cidrs) => cidrs.every(isCidr), 'must be CIDRs such as 10.1.0.0/16, joined by commas'),
    default: '',
    range: 'CIDRs joined by commas',
    says: 'Addresses that callbacks may reach although they are not public; cloud metadata addresses stay refused.',
  }),
  RINGBACK_EGRESS_PROXY: variable({
    schema: z.string().refine(isProxy, 'must be a URL such as http://proxy.internal:3128, without a path'),
    default: null,
    range: 'http://[user:password@]host[:port]; unset: none',
    says: "A forward proxy that every callback goes through, in a tunnel (CONNECT) to an address that was looked up and vetted here; the proxy's own address may be private, and its name must be full (search domains are not applied).",
    secret: true,
  }),
  RINGBACK_REQUIRE_HTTPS: variable({
    schema: yesOrNo,
    default: 'true',
    range: 'true or false',
    says: 'Whether a callback URL must begin with https://.',
  }),
  RINGBACK_CONCURRENCY: variable({
    schema: wholeNumber(1, 10_000),
    default: '100',
    range: '1-10000',
    says: 'Deliveries in flight per worker process.',
  }),
  RINGBACK_STRICT_EVENT_TYPES: variable({
    schema: yesOrNo,
    default: 'false',
    range: 'true or false',
    says: 'Whether an event of a type that is not in the catalogue is refused.',
  }),
  RINGBACK_EVENT_DAYS: variable({
    schema: wholeNumber(1, 3_650),
    default: '90',
    range: '1-3650',
    says: 'How long events and deliveries are kept, and no more than a week longer; what still waits is kept until it has ended.',
  }),
  RINGBACK_ATTEMPT_DAYS: variable({
    schema: wholeNumber(1, 3_650),
    default: '30',
    range: '1-3650; never longer than events',
    says: 'How long attempts are kept, and no more than a week longer.',
  }),
  RINGBACK_PAYLOAD_DAYS: variable({
    schema: wholeNumber(1, 3_650),
    default: null,
    range: '1-3650; unset: as long as the event',
    says: 'How long the data and metadata of events are kept; after that they are listed without.',
  }),
  RINGBACK_HOLD_DAYS: variable({
    schema: wholeNumber(1, 365),
    default: '30',
    range: '1-365',
    says: 'How long a delivery is held for a disabled endpoint before it ends `failed`.',
  }),
  RINGBACK_STATS_DAYS: variable({
    schema: wholeNumber(30, 3_650),
    default: '400',
    range: '30-3650',
    says: 'How long statistics are kept by the hour; they outlive the attempts that they sum up.',
  }),
  RINGBACK_AUDIT_DAYS: variable({
    schema: wholeNumber(1, 3_650),
    default: '365',
    range: '1-3650',
    says: 'How long an entry of the audit log is kept.',
  }),
  RINGBACK_RATE_LIMIT_KEY: rateLimit({
    default: 'off',
    says: "Requests with one API key, over all processes; the operator's own key is never limited.",
  }),
  RINGBACK_RATE_LIMIT_PORTAL: rateLimit({
    default: '600/60',
    says: 'Requests in one portal session, over all processes.',
  }),
  RINGBACK_RATE_LIMIT_TENANT: rateLimit({
    default: 'off',
    says: 'Requests with all keys and portal sessions that are bound to one tenant together, over all processes.',
  }),
  RINGBACK_RATE_LIMIT_FAILED_AUTH: rateLimit({
    default: '100/60',
    says: 'Requests without a good key from one client address (IPv6: from its /64), in each process; beyond it they are answered 429 in place of 401.',
  }),
  RINGBACK_TRUSTED_PROXIES: variable({
    schema: wholeNumber(0, 10),
    default: '0',
    range: '0-10; 0: `X-Forwarded-For` is not read',
    says: 'How many proxies stand before the API, each of which adds to `X-Forwarded-For` whom it heard.',
  }),
  RINGBACK_MAX_ENDPOINTS: variable({
    schema: wholeNumber(1, 100_000),
    default: '1000',
    range: '1-100000',
    says: "Endpoints of one tenant; what all of them want is tried on each of the tenant's events.",
  }),
  RINGBACK_MAX_API_KEYS: variable({
    schema: wholeNumber(1, 100_000),
    default: '100',
    range: '1-100000',
    says: 'API keys that are bound to one tenant.',
  }),
  RINGBACK_MAX_PORTAL_SESSIONS: variable({
    schema: wholeNumber(1, 100_000),
    default: '10000',
    range: '1-100000',
    says: 'Portal sessions of one tenant that stand at once.',
  }),
  RINGBACK_MAX_RECOVERIES: variable({
    schema: wholeNumber(1, 1_000),
    default: '10',
    range: '1-1000',
    says: 'Recoveries of one tenant that are at work at once; those that are paused, or have set all going, do not count.',
  }),
  RINGBACK_DRAIN_SECONDS: variable({
    schema: wholeNumber(0, 600),
    default: '6',
    range: '0-600',
    says: 'How long after SIGTERM an API goes on taking requests while `/readyz` answers 503: as long as a balancer takes to see it, and more than the five seconds after which idle connections end by themselves.',
  }),
  RINGBACK_SHUTDOWN_SECONDS: variable({
    schema: wholeNumber(1, 600),
    default: '35',
    range: '1-600',
    says: 'How long a stopping process waits for deliveries in flight; more than the longest timeout of an endpoint (30).',
  }),
  RINGBACK_BRAND_NAME: variable({
    schema: z.string().max(60, 'must have 60 characters at most'),
    default: 'Ringback',
    range: '60 characters at most',
    says: 'The name that the dashboard and the portal show.',
  }),
  RINGBACK_BRAND_LOGO: variable({
    schema: z.string().refine(isLogo, 'must be a URL, or begin with data:image/'),
    default: null,
    range: 'a URL, or data:image/...; unset: the name alone',
    says: 'The logo that the dashboard and the portal show, 24 pixels high.',
  }),
  RINGBACK_BRAND_LOGO_DARK: variable({
    schema: z.string().refine(isLogo, 'must be a URL, or begin with data:image/'),
    default: null,
    range: 'as RINGBACK_BRAND_LOGO; unset: that one',
    says: 'The logo on a dark ground.',
  }),
  RINGBACK_BRAND_COLOR: variable({
    schema: z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #4f46e5'),
    default: null,
    range: '#rrggbb; unset: indigo',
    says: 'The colour of buttons and links; text on it and in it is made readable.',
  }),
  RINGBACK_THEME: variable({
    schema: z.enum(['auto', 'light', 'dark'], 'must be auto, light or dark'),
    default: 'auto',
    range: 'auto, light or dark',
    says: 'Whether the dashboard and the portal are light or dark, until somebody chooses; auto is as their system is.',
  }),
  ...WATCHING,
} as const

/** The name of a variable. */
export type VariableName = keyof typeof VARIABLES
