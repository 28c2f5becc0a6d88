import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './icon-button.tsx'

/** How long the tick stays. */
const SHOWN_MS = 1_500

/** Copies a text. @param what it is, as in "Copy the secret" */
export function CopyButton({ text, what = '' }: { text: string; what?: string }) {
  const [done, setDone] = useState(false)
  async function copy() {
    await copyText(text)
    setDone(true)
    setTimeout(() => setDone(false), SHOWN_MS)
  }
  return (
    <IconButton
      icon={done ? Check : Copy}
      label={done ? 'Copied' : `Copy ${what}`.trim()}
      className={done ? 'text-good' : ''}
      onClick={(event) => {
        event.preventDefault()
        event.stopPropagation()
        void copy()
      }}
    />
  )
}

/** Also where the page is not served by TLS, or framed without leave: the clipboard's API is absent there. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
}
