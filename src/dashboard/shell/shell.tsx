import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { SessionEnding } from '../session/session-ending.tsx'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { NavDrawer } from './nav-drawer.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

/** What stands around every screen: the ways to the others. */
export function Shell() {
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes when the path changes
  useEffect(() => setDrawerOpen(false), [path])
  return (
    <div className="flex min-h-dvh flex-col lg:flex-row">
      <a
        href="#screen"
        className="sr-only rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:absolute focus:z-50"
      >
        Skip to the screen
      </a>
      <Sidebar className="sticky top-0 hidden h-dvh w-60 shrink-0 lg:flex" />
      <TopBar className="lg:hidden" onOpen={() => setDrawerOpen(true)} />
      <NavDrawer open={isDrawerOpen} onClose={() => setDrawerOpen(false)} />
      <main id="screen" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        <SessionEnding />
        <Breadcrumbs />
        <Outlet />
      </main>
      <Shortcuts />
    </div>
  )
}
