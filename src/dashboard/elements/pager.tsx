import { Link } from '@tanstack/react-router'
import { buttonClass } from './button.tsx'

/**
 * From a page of a list to the next. The cursor is in the URL, so that the browser's own way back leads to the page
 * before, and only one page is ever in memory, however long the list.
 */
export function Pager({ cursor, nextCursor }: { cursor: string | undefined; nextCursor: string | null }) {
  if (!cursor && !nextCursor) return null
  return (
    <nav aria-label="Pages" className="flex justify-end gap-2 border-t border-line px-4 py-2">
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
