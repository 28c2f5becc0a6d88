import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { buttonClass } from './button.tsx'

/**
 * From a page of a list to the next. The cursor is in the URL, so that the browser's own way back leads to the page
 * before, and only one page is ever in memory, however long the list.
 */
export function Pager({
  cursor,
  nextCursor,
  children,
}: {
  cursor: string | undefined
  nextCursor: string | null
  /** What else can be done with the list. */
  children?: ReactNode
}) {
  if (!cursor && !nextCursor && !children) return null
  return (
    <nav aria-label="Pages" className="flex items-center gap-2 border-t border-line px-4 py-2">
      <div className="mr-auto">{children}</div>
      {cursor && (
        <Link
          to="."
          search={(all: object) => ({ ...all, cursor: undefined })}
          className={buttonClass('plain', 'small')}
        >
          Newest
        </Link>
      )}
      {nextCursor && (
        <Link
          to="."
          search={(all: object) => ({ ...all, cursor: nextCursor })}
          className={buttonClass('plain', 'small')}
        >
          Older
        </Link>
      )}
    </nav>
  )
}
