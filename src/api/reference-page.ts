/**
 * The description of the API for people. The page stands on this host alone: its viewer is served from here, and its
 * policy lets the browser ask nobody else, whatever the viewer would like to load.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packageFolder } from '../package.ts'

/** Source: W3C Content Security Policy Level 3. The viewer writes its own styles into the page, and no scripts. */
export const REFERENCE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Relative addresses, so that it also works behind a proxy that adds a prefix. */
export const REFERENCE_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Ringback API</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div id="reference"></div>
    <script src="docs/viewer.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`

/** What would load from elsewhere, or send there, is off. */
export const REFERENCE_START = `Scalar.createApiReference('#reference', {
  url: 'openapi.json',
  telemetry: false,
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
})
`

/** Where the viewer's script lies: in the build, or among the packages when run from the sources. */
export function viewerFile(): string | undefined {
  return ['dist/viewer.js', 'node_modules/@scalar/api-reference/dist/browser/standalone.js']
    .map((path) => fileURLToPath(new URL(path, packageFolder)))
    .find((path) => existsSync(path))
}
