import { type ReactNode, useEffect } from 'react'
import { settings } from '../settings.ts'

/** The frame of a screen: its title, what can be done, and the rest below. */
export function Screen({
  title,
  heading = title,
  lead,
  actions,
  children,
}: {
  /** For the window. */
  title: string
  /** Where it is more than text. */
  heading?: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · ${settings.brand.name}`
  }, [title])
  return (
    <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 py-5 lg:px-8">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-lg font-semibold break-words">{heading}</h1>
          {lead && <div className="text-sm text-ink-soft">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  )
}
