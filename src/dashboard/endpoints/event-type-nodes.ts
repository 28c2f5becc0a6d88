/** Event types as a tree, by the dots in their names; and what patterns take in. */

/** A part of a name, and what is below it. */
export interface TypeNode {
  /** As shown: the last part. */
  part: string
  /** What choosing it adds: the name of a type, or `<name>.*` for all below. */
  pattern: string
  children: TypeNode[]
}

/** The tree of these names, in order. A name that is a type and has others below it stands beside its group. */
export function treeOf(names: readonly string[]): TypeNode[] {
  return level('', [...new Set(names)].sort())
}

function level(prefix: string, names: readonly string[]): TypeNode[] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const part = name.slice(prefix.length).split('.', 1)[0]!
    groups.set(part, [...(groups.get(part) ?? []), name])
  }
  return [...groups].flatMap(([part, within]) => {
    const whole = `${prefix}${part}`
    const below = within.filter((name) => name !== whole)
    const leaf: TypeNode = { part, pattern: whole, children: [] }
    const group = { part: `${part}.*`, pattern: `${whole}.*`, children: level(`${whole}.`, below) }
    if (below.length === 0) return [leaf]
    return within.length === below.length ? [group] : [leaf, group]
  })
}

/** Whether one of these patterns takes in all that another does, and is not the same. */
export function isCovered(pattern: string, by: readonly string[]): boolean {
  return by.some((other) => {
    if (other === pattern) return false
    return other === '*' || (other.endsWith('.*') && pattern.startsWith(other.slice(0, -1)))
  })
}

/** Adds or takes away a pattern; what it covers need not be said any more. */
export function toggle(patterns: readonly string[], pattern: string): string[] {
  if (patterns.includes(pattern)) return patterns.filter((other) => other !== pattern)
  return [...patterns.filter((other) => !isCovered(other, [pattern])), pattern]
}

/** Whether a type is wanted by one of these patterns. */
export const isWanted = (type: string, patterns: readonly string[]): boolean =>
  patterns.includes(type) || isCovered(type, patterns)
