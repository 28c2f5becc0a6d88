import { Download } from 'lucide-react'
import { useState } from 'react'
import { type Query, readAll } from '../api/all-pages.ts'
import { Button } from './button.tsx'
import { download } from './download.ts'
import { count } from './number-text.ts'
import { say, sayError } from './toasts.tsx'
import { writeCsv } from './write-csv.ts'

/** What a person looks through in a spreadsheet; a program reads the API. */
const MOST = 5_000

/** Saves what a list's filter matches, from the newest on, as a file. */
export function ExportButtons({ name, path, query }: { name: string; path: string; query: Query }) {
  const [isBusy, setBusy] = useState(false)

  async function save(kind: 'csv' | 'json') {
    setBusy(true)
    try {
      const { rows, isAll } = await readAll<object>(path, query, MOST)
      const text = kind === 'csv' ? writeCsv(rows) : JSON.stringify(rows, null, 2)
      download(`${name}.${kind}`, text, kind === 'csv' ? 'text/csv' : 'application/json')
      say(
        isAll
          ? `${count(rows.length)} saved.`
          : `The newest ${count(MOST)} are saved; narrow the list for others.`,
      )
    } catch (error) {
      sayError(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="flex items-center gap-1" title={`What the filter matches, ${count(MOST)} at most`}>
      {(['csv', 'json'] as const).map((kind) => (
        <Button
          key={kind}
          kind="bare"
          size="small"
          busy={isBusy}
          aria-label={`Save as ${kind.toUpperCase()}`}
          onClick={() => void save(kind)}
        >
          <Download size={12} aria-hidden />
          {kind.toUpperCase()}
        </Button>
      ))}
    </div>
  )
}
