import { json } from '@codemirror/lang-json'
import CodeMirror, { EditorView } from '@uiw/react-codemirror'
import { settings } from '../settings.ts'

const look = EditorView.theme({
  '&': { fontSize: '12px', backgroundColor: 'transparent' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--ink-faint)' },
  '.cm-content': { fontFamily: 'var(--font-mono)', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused': { outline: '2px solid var(--accent-ink)', outlineOffset: '2px' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft) !important',
  },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', borderColor: 'var(--line)' },
})

/** An editor for JSON. Loaded when it is shown: see `LazyJsonEditor`. */
export default function JsonEditor({
  label,
  value,
  onChange,
  minHeight = '8rem',
}: {
  label: string
  value: string
  onChange: (value: string) => void
  minHeight?: string
}) {
  return (
    <CodeMirror
      value={value}
      onChange={onChange}
      minHeight={minHeight}
      maxHeight="28rem"
      theme="none"
      // The library's own colours are made for one ground each; ours stand on both.
      basicSetup={{
        syntaxHighlighting: false,
        highlightActiveLine: false,
        highlightActiveLineGutter: false,
        searchKeymap: false,
      }}
      extensions={[
        json(),
        look,
        // The policy of the page lets no style element in without it.
        EditorView.cspNonce.of(settings.nonce),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.lineWrapping,
      ]}
      className="overflow-hidden rounded-md border border-line-strong"
    />
  )
}
