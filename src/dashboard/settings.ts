/** What the server tells the page: which face it is, where it stands, and how it is to look. */

/** One application with two faces: the operator's, and the portal of one tenant. */
export type Face = 'operator' | 'portal'

/** As the server writes them into the page (`src/api/dashboard-page.ts`). */
export interface Settings {
  face: Face
  /** The path before the API and the pages; empty unless a proxy adds one. */
  prefix: string
  /** For the styles that an editor writes into the page. */
  nonce: string
  version: string
  brand: {
    name: string
    logo: string | null
    logoDark: string | null
    /** `#rrggbb` */
    color: string | null
  }
  theme: 'auto' | 'light' | 'dark'
}

const content = document.querySelector<HTMLMetaElement>('meta[name="ringback-settings"]')?.content

/** Read once: they do not change while the page is open. */
export const settings: Settings = content
  ? JSON.parse(content)
  : {
      face: location.pathname.startsWith('/portal') ? 'portal' : 'operator',
      prefix: '',
      nonce: '',
      version: 'dev',
      brand: { name: 'Ringback', logo: null, logoDark: null, color: null },
      theme: 'auto',
    }

/** Whether this is the operator's face. */
export const isOperator = settings.face === 'operator'
