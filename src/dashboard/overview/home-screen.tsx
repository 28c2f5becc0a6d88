import { Navigate } from '@tanstack/react-router'
import { useSession } from '../session/session.ts'
import { OverviewScreen } from './overview-screen.tsx'

/** The first screen: how all goes, or, for those of one tenant, how theirs does. */
export function HomeScreen() {
  const { tenant } = useSession()
  if (tenant) return <Navigate to="/tenants/$tenant" params={{ tenant }} replace />
  return <OverviewScreen />
}
