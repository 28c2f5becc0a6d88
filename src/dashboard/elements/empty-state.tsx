import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** What stands where a list would be: what is not there, and what to do next. */
export function EmptyState({
  icon: Icon,
  title,
  children,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <Icon size={28} aria-hidden className="text-ink-faint" />
      <p className="font-medium">{title}</p>
      {children && (
        <div className="flex w-full max-w-2xl flex-col items-center gap-3 text-sm text-ink-soft">
          {children}
        </div>
      )}
    </div>
  )
}
