/**
 * Writes rows as CSV (RFC 4180). A column for each field; what is inside a field gets one of its own, down to
 * `lastAttempt.response.status`, and lists are written as JSON.
 *
 * A text that a spreadsheet would take for a formula gets a `'` in front, since tenants and receivers write these texts.
 * Source: OWASP, CSV Injection.
 */
export function writeCsv(rows: readonly object[]): string {
  const flat = rows.map((row) => fieldsOf(row))
  const heads = [...new Set(flat.flatMap((fields) => [...fields.keys()]))]
  const lines = flat.map((fields) => heads.map((head) => cell(fields.get(head))).join(','))
  return [heads.map(cell).join(','), ...lines, ''].join('\r\n')
}

function fieldsOf(value: object, under = '', found = new Map<string, unknown>()): Map<string, unknown> {
  for (const [name, inside] of Object.entries(value)) {
    const isObject = typeof inside === 'object' && inside !== null && !Array.isArray(inside)
    if (isObject) fieldsOf(inside, `${under}${name}.`, found)
    else found.set(`${under}${name}`, inside)
  }
  return found
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
