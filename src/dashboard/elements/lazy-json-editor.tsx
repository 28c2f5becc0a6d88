import { type ComponentProps, lazy, Suspense } from 'react'
import type JsonEditor from './json-editor.tsx'
import { Skeleton } from './skeleton.tsx'

const Editor = lazy(() => import('./json-editor.tsx'))

/** The editor for JSON, brought in when it is needed: it is larger than all the rest. */
export function LazyJsonEditor(props: ComponentProps<typeof JsonEditor>) {
  return (
    <Suspense fallback={<Skeleton rows={3} />}>
      <Editor {...props} />
    </Suspense>
  )
}
