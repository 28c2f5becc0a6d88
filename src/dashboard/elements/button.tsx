import type { ButtonHTMLAttributes } from 'react'

const KINDS = {
  primary: 'bg-accent text-on-accent border-transparent hover:brightness-110',
  plain: 'bg-surface text-ink border-line hover:bg-sunken',
  danger: 'bg-bad-soft text-bad border-transparent hover:brightness-95',
  bare: 'bg-transparent text-ink-soft border-transparent hover:bg-sunken hover:text-ink',
} as const

export type ButtonKind = keyof typeof KINDS

/** How a button looks; links that act like one use it too. */
export function buttonClass(kind: ButtonKind = 'plain', size: 'small' | 'usual' = 'usual'): string {
  const room = size === 'small' ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm'
  return `inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${room} ${KINDS[kind]}`
}

/** A button; `busy` while what it started is under way. */
export function Button({
  kind,
  size,
  busy = false,
  className = '',
  disabled,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: ButtonKind
  size?: 'small' | 'usual'
  busy?: boolean
}) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={`${buttonClass(kind, size)} ${className}`}
      {...rest}
    />
  )
}
