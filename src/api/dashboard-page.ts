/** The page of the dashboard and of the portal: one file from the build, told by the server what it is to be. */

/** Which of the two it is. */
export type Face = 'operator' | 'portal'

/** How the pages look. */
export interface Appearance {
  brandName: string
  /** An address, or `data:`. Absent: the name alone. */
  brandLogo: string | undefined
  /** On a dark ground. Absent: the same. */
  brandLogoDark: string | undefined
  /** `#rrggbb`. Absent: ours. */
  brandColor: string | undefined
  theme: 'auto' | 'light' | 'dark'
}

/** What a page is made of. */
export interface PageParts {
  face: Face
  appearance: Appearance
  /** The origins whose pages may show the portal in a frame. */
  frameAncestors: readonly string[]
  /** The path before our paths, where a proxy adds one; else empty. */
  prefix: string
  version: string
  /** Fresh for each answer. */
  nonce: string
}

/**
 * What the browser is allowed: our own scripts and styles, our own API, nobody else. The editor writes a style element
 * into the page, which the nonce vouches for. The operator's page is never framed.
 * Source: W3C Content Security Policy Level 3.
 */
export function pagePolicy({ face, appearance, frameAncestors, nonce }: PageParts): string {
  const frames = face === 'portal' ? frameAncestors : []
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    `img-src ${["'self'", 'data:', ...logoOrigins(appearance)].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frames.length > 0 ? frames.join(' ') : "'none'"}`,
  ].join('; ')
}

/** Writes the settings into the page, and the way to its files: it is served at many paths, and they lie at one. */
export function writePage(page: string, { face, appearance, prefix, version, nonce }: PageParts): string {
  const { brandName: name, brandLogo, brandLogoDark, brandColor, theme } = appearance
  const settings = {
    face,
    prefix,
    nonce,
    version,
    brand: {
      name,
      logo: brandLogo ?? null,
      logoDark: brandLogoDark ?? brandLogo ?? null,
      color: brandColor ?? null,
    },
    theme,
  }
  // By functions: a `$` in a name is a `$`.
  return page
    .replaceAll('./assets/', () => `${escapeHtml(prefix)}/dashboard/assets/`)
    .replace('<title>Ringback</title>', () => `<title>${escapeHtml(name)}</title>`)
    .replace(
      'name="ringback-settings" content=""',
      () => `name="ringback-settings" content="${escapeHtml(JSON.stringify(settings))}"`,
    )
}

function logoOrigins({ brandLogo, brandLogoDark }: Appearance): string[] {
  const addresses = [brandLogo, brandLogoDark].filter((logo) => logo !== undefined && URL.canParse(logo))
  return [...new Set(addresses.map((logo) => new URL(logo!)))]
    .filter(({ protocol }) => protocol !== 'data:')
    .map(({ origin }) => origin)
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!)
