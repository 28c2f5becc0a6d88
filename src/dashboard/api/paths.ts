/** Paths of the API. A list may be a tenant's or, for an operator, of all tenants. */

/** The path of something that belongs to a tenant; without a tenant, to the whole installation. */
export function pathOf(tenant: string | undefined, ...parts: string[]): string {
  const owner = tenant === undefined ? [] : ['tenants', tenant]
  return `/v1/${[...owner, ...parts].map(encodeURIComponent).join('/')}`
}
