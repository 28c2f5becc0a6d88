import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../elements/icon-button.tsx'
import { chooseTheme, chosenTheme, type Theme } from '../theme.ts'

const NEXT: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' }
const ICONS = { auto: Monitor, light: Sun, dark: Moon }
const WORDS = { auto: 'as the system is', light: 'light', dark: 'dark' }

/** From as the system is to light to dark and round again. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme)
  const next = NEXT[theme]
  return (
    <IconButton
      icon={ICONS[theme]}
      label={`Colours: ${WORDS[theme]}. Change to ${WORDS[next]}`}
      onClick={() => {
        chooseTheme(next)
        setTheme(next)
      }}
    />
  )
}
