import { isCovered, type TypeNode } from './event-type-nodes.ts'

/** Event types by the parts of their names; a group stands for all below it. */
export function EventTypeTree({
  nodes,
  patterns,
  isOpen,
  onToggle,
}: {
  nodes: readonly TypeNode[]
  patterns: readonly string[]
  /** Whether groups begin unfolded. */
  isOpen: boolean
  onToggle: (pattern: string) => void
}) {
  if (nodes.length === 0) return <p className="text-sm text-ink-faint">No event type of this name.</p>
  return (
    <ul className="max-h-96 overflow-y-auto rounded-md border border-line py-1 text-sm">
      {nodes.map((node) => (
        <Node key={node.pattern} {...{ node, patterns, isOpen, onToggle }} />
      ))}
    </ul>
  )
}

function Node({
  node,
  patterns,
  isOpen,
  onToggle,
}: {
  node: TypeNode
  patterns: readonly string[]
  isOpen: boolean
  onToggle: (pattern: string) => void
}) {
  const covered = isCovered(node.pattern, patterns)
  const choice = (
    <label className="inline-flex items-center gap-2 px-1">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={covered || patterns.includes(node.pattern)}
        disabled={covered}
        onChange={() => onToggle(node.pattern)}
      />
      <code className="font-mono text-xs">{node.part}</code>
      {node.children.length > 0 && <span className="sr-only">and all below</span>}
    </label>
  )
  if (node.children.length === 0) return <li className="py-0.5 pl-7">{choice}</li>
  return (
    <li>
      <details open={isOpen || node.children.some(({ pattern }) => patterns.includes(pattern))}>
        <summary className="px-2 py-0.5 hover:bg-canvas">{choice}</summary>
        <ul className="ml-5 border-l border-line">
          {node.children.map((child) => (
            <Node key={child.pattern} {...{ node: child, patterns, isOpen, onToggle }} />
          ))}
        </ul>
      </details>
    </li>
  )
}
