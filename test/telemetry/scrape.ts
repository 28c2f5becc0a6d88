/** A scrape of `/metrics`, as a test reads it. */

/** What was scraped. */
export interface Scrape {
  text: string
  /** The names of all series that it has. */
  names: ReadonlySet<string>
  /** The sum of the series of a name that have these labels; 0 when there is none. */
  sum(name: string, labels?: Record<string, string>): number
  /** The values that a label takes in the series of a name. */
  values(name: string, label: string): string[]
}

interface Series {
  name: string
  labels: Record<string, string>
  value: number
}

/** @param url of the server */
export async function scrape(url: string): Promise<Scrape> {
  const answer = await fetch(new URL('/metrics', url))
  if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}.`)
  const text = await answer.text()
  const series = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(read)
  const having = (name: string, labels: Record<string, string>) =>
    series.filter(
      (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    )
  return {
    text,
    names: new Set(series.map(({ name }) => name)),
    sum: (name, labels = {}) => having(name, labels).reduce((total, { value }) => total + value, 0),
    values: (name, label) => [...new Set(having(name, {}).map(({ labels }) => labels[label] ?? ''))].sort(),
  }
}

function read(line: string): Series {
  const [, name, labels = '', value] = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$/i.exec(line)!
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key!, text!])
  return { name: name!, labels: Object.fromEntries(pairs), value: Number(value) }
}
