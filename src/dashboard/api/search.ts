/** What an address says after its `?`. */

/** Reads these names from it as texts; whatever else is there is left out. */
export function texts<K extends string>(...names: readonly K[]) {
  return (search: Record<string, unknown>): { [N in K]?: string | undefined } => {
    const found: { [N in K]?: string | undefined } = {}
    for (const name of names) {
      const value = search[name]
      if (typeof value === 'string' && value !== '') found[name] = value
      if (typeof value === 'number' || typeof value === 'boolean') found[name] = `${value}`
    }
    return found
  }
}
