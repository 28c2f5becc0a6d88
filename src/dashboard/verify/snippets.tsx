import { useState } from 'react'
import { Card } from '../elements/card.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { Tabs } from '../elements/tabs.tsx'
import { SNIPPETS } from './snippet-texts.ts'

/** How to verify a callback, in the languages that have a library for it. */
export function Snippets() {
  const [language, setLanguage] = useState(SNIPPETS[0]!.language)
  return (
    <Card title="Verify a callback">
      <Tabs
        label="Language"
        value={language}
        onChange={setLanguage}
        tabs={SNIPPETS.map(({ language, install, code }) => ({
          value: language,
          label: language,
          content: () => (
            <>
              <CodeBlock label="Install" text={install} />
              <CodeBlock label="Verify" text={code} />
            </>
          ),
        }))}
      />
    </Card>
  )
}
