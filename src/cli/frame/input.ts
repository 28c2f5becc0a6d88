/** What is handed to a command: in its own words, in a file, or on stdin. */
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { InvalidArgumentError } from 'commander'
import { SECOND } from '../../duration.ts'
import { usage } from './exit.ts'

/**
 * The bytes that a value stands for: `@file` is read, `-` is stdin, everything else is meant as it is.
 * @throws Failure when the file cannot be read
 */
export async function readInput(value: string): Promise<Buffer> {
  if (value === '-') return buffer(process.stdin)
  if (!value.startsWith('@')) return Buffer.from(value)
  try {
    return await readFile(value.slice(1))
  } catch (error) {
    throw usage(`${value.slice(1)} cannot be read: ${(error as Error).message}`)
  }
}

/**
 * JSON text as it was handed in, checked to be some: numbers keep all their digits.
 * @throws Failure
 */
export async function readJson(value: string): Promise<{ text: string; value: unknown }> {
  const text = (await readInput(value)).toString('utf8').trim()
  try {
    return { text, value: JSON.parse(text) }
  } catch (error) {
    throw usage(`That is not JSON: ${(error as Error).message}.`)
  }
}

/** For an option that may come more than once. */
export const collect = (value: string, sofar: string[] = []): string[] => [...sofar, value]

/** A whole number of an option. */
export function readWhole(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

const UNITS = { s: SECOND, m: 60 * SECOND, h: 3_600 * SECOND, d: 86_400 * SECOND } as const

/** A moment: as ISO 8601 has it, or so long ago: `90s`, `30m`, `2h`, `7d`. */
export function readMoment(text: string): Date {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (unit) return new Date(Date.now() - Number(count) * UNITS[unit as keyof typeof UNITS])
  const moment = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(moment.getTime()))
    throw new InvalidArgumentError(
      'It must be a time such as 2026-08-01T12:00:00Z, or so long ago: 30m, 2h, 7d.',
    )
  return moment
}

/** `name=value`, more than once, as an object. */
export function collectPair(text: string, sofar: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be name=value.')
  return { ...sofar, [text.slice(0, at)]: text.slice(at + 1) }
}
