/** Whose events they are. */
export const TENANT = 'chaos'

export const PATH = `/v1/tenants/${TENANT}`
