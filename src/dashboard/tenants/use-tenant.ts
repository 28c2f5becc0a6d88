import { useParams } from '@tanstack/react-router'

/** The tenant that the address names; undefined on the screens of the whole installation. */
export const useTenantMaybe = (): string | undefined => useParams({ strict: false }).tenant

/** The tenant, on screens that stand below one. */
export function useTenant(): string {
  const tenant = useTenantMaybe()
  if (tenant === undefined) throw new Error('This screen stands below no tenant')
  return tenant
}
