import { Link } from '@tanstack/react-router'
import type { Endpoint } from '../api/shapes.ts'
import { TEXT_LINK } from '../elements/text-link.ts'

/** An endpoint by its URL and description; the id alone where nothing else is known of it. */
export function EndpointLink({
  tenant,
  id,
  endpoint,
}: {
  tenant: string
  id: string
  endpoint?: Endpoint | undefined
}) {
  return (
    <Link
      to="/tenants/$tenant/endpoints/$endpoint"
      params={{ tenant, endpoint: id }}
      className={`${TEXT_LINK} block max-w-44 min-w-28 truncate sm:max-w-60 2xl:max-w-96`}
      title={endpoint?.url ?? id}
    >
      {endpoint ? shortUrl(endpoint.url) : <code className="font-mono text-xs">{id}</code>}
      {endpoint?.description && (
        <span className="block truncate text-xs font-normal text-ink-soft">{endpoint.description}</span>
      )}
    </Link>
  )
}

/** Without what most have in common. */
const shortUrl = (url: string) => url.replace(/^https:\/\//, '')
