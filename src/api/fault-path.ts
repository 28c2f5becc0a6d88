/** Where a fault lies, as the caller would write it: `['subscriptions', 0, 'eventTypes']` reads `subscriptions[0].eventTypes`. */
export function faultPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`
    return path === '' ? String(key) : `${path}.${String(key)}`
  }, '')
}
