import { useEffect, useState } from 'react'
import { Moment } from '../elements/moment.tsx'
import { isOperator } from '../settings.ts'
import { useSession } from './session.ts'

/** How long before the end it is told. */
const WARN_MS = 5 * 60_000

/** Tells that the session ends soon, so that nobody loses what they are writing. */
export function SessionEnding() {
  const { expiresAt } = useSession()
  const [isNear, setIsNear] = useState(false)
  useEffect(() => {
    if (!expiresAt) return
    const inMs = Date.parse(expiresAt) - Date.now() - WARN_MS
    // Longer timers than this overflow, and no page stays open for so long.
    if (inMs > 2 ** 31 - 1) return
    const timer = setTimeout(() => setIsNear(true), Math.max(0, inMs))
    return () => clearTimeout(timer)
  }, [expiresAt])
  if (!isNear) return null
  return (
    <p role="status" className="bg-warn-soft px-4 py-1.5 text-center text-sm text-warn">
      Your session ends <Moment at={expiresAt} />.{' '}
      {isOperator ? 'Sign in again to go on.' : 'Open this page again from where you came.'}
    </p>
  )
}
