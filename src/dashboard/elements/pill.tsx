import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

const TONES = {
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  wait: 'bg-wait-soft text-wait',
  idle: 'bg-idle-soft text-idle',
} as const

export type Tone = keyof typeof TONES

/** A state: by colour, by icon and by word, so that no one of them is needed. */
export function Pill({
  tone,
  icon: Icon,
  title,
  children,
}: {
  tone: Tone
  icon?: LucideIcon
  title?: string
  children: ReactNode
}) {
  return (
    <span
      title={title}
      className={`inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {Icon && <Icon size={12} aria-hidden />}
      {children}
    </span>
  )
}
