/** Light or dark, and the brand's colour. */
import { readableOn, textOn } from './brand-color.ts'
import { settings } from './settings.ts'

export type Theme = 'auto' | 'light' | 'dark'

const KEPT_AS = 'ringback-theme'
const system = matchMedia('(prefers-color-scheme: dark)')

/** What the viewer chose, else what the operator set. */
export function chosenTheme(): Theme {
  // A frame of another site may be refused storage.
  try {
    const kept = localStorage.getItem(KEPT_AS)
    return kept === 'light' || kept === 'dark' || kept === 'auto' ? kept : settings.theme
  } catch {
    return settings.theme
  }
}

/** Sets the theme and keeps it. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEPT_AS, theme)
  } catch {
    // A frame may be denied its storage: the theme then holds until the page is left.
  }
  applyTheme(theme)
}

/** Sets the theme on the page, and follows the system where it is to. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  const isDark = theme === 'dark' || (theme === 'auto' && system.matches)
  const root = document.documentElement
  root.dataset.theme = isDark ? 'dark' : 'light'
  const { color } = settings.brand
  if (!color) return
  root.style.setProperty('--accent', color)
  root.style.setProperty('--on-accent', textOn(color))
  root.style.setProperty('--accent-ink', readableOn(isDark ? '#20242e' : '#eceef2', color))
  root.style.setProperty('--accent-soft', isDark ? '#20242e' : '#eceef2')
}

system.addEventListener('change', () => applyTheme())
