import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { buttonClass } from '../elements/button.tsx'
import { EmptyState } from '../elements/empty-state.tsx'

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState icon={Compass} title="There is no such page">
      <Link to="/" className={buttonClass()}>
        To the overview
      </Link>
    </EmptyState>
  )
}
