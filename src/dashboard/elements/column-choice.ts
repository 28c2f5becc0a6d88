/** Which columns of the long lists a viewer wants to see: kept in the browser, for each list. */
import { useSyncExternalStore } from 'react'
import type { Column } from './table.tsx'

const KEPT_AS = 'ringback-columns'

/** What was chosen otherwise than by default: by list, then by the column's head. */
type Choices = Readonly<Record<string, Readonly<Record<string, boolean>>>>

const listeners = new Set<() => void>()
let choices = kept()

/** Tells of each column whether it is shown; whoever asks is told anew when that changes. */
export function useColumnChoice<T>(list: string | undefined): (column: Column<T>) => boolean {
  const all = useSyncExternalStore(subscribe, () => choices)
  const ofList = list === undefined ? undefined : all[list]
  return ({ head, choice }) => choice === undefined || (ofList?.[head] ?? choice === 'shown')
}

/** Shows or hides a column of a list, and keeps that. */
export function chooseColumn(list: string, head: string, isShown: boolean): void {
  choices = { ...choices, [list]: { ...choices[list], [head]: isShown } }
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(choices))
  } catch {
    // A frame of another site may be refused storage; then it holds until the page is closed.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function kept(): Choices {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}')
    return typeof read === 'object' && read !== null ? (read as Choices) : {}
  } catch {
    return {}
  }
}
