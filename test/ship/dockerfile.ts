/** The Dockerfile as a list of instructions. It reads ours: no heredocs, no escape directive. */
import { readFileSync } from 'node:fs'
import { packageFolder } from '../../src/package.ts'

/** One instruction: `RUN`, and what follows it on its lines. */
export interface Instruction {
  name: string
  rest: string
}

/** What stands from one FROM to the next. */
export interface Stage {
  /** As other stages call it; the last one has none. */
  name: string | undefined
  from: string
  instructions: Instruction[]
}

/** The stages of our Dockerfile, in their order. */
export function readStages(): Stage[] {
  const stages: Stage[] = []
  for (const instruction of instructionsOf(readFileSync(new URL('Dockerfile', packageFolder), 'utf8'))) {
    if (instruction.name === 'FROM') {
      const [from = '', , name] = instruction.rest.split(/\s+/)
      stages.push({ name, from, instructions: [] })
    } else stages.at(-1)!.instructions.push(instruction)
  }
  return stages
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
      return { name, rest }
    })
}

/** Flags such as `--from=build`, and the words that follow them. */
export function splitFlags(rest: string): { flags: Record<string, string>; words: string[] } {
  const words = rest.split(/\s+/)
  const flags = words.filter((word) => word.startsWith('--'))
  return {
    flags: Object.fromEntries(flags.map((flag) => flag.slice(2).split(/=(.*)/s) as [string, string])),
    words: words.filter((word) => !word.startsWith('--')),
  }
}

/** The last instruction of this name in a stage: `CMD` is said once, `ENV` may be said often. */
export const lastOf = ({ instructions }: Stage, name: string): string | undefined =>
  instructions.findLast((instruction) => instruction.name === name)?.rest

/** Its JSON form, the one that needs no shell. */
export const execFormOf = (rest: string): string[] => JSON.parse(rest) as string[]

/** What `ENV` sets; none of ours holds a blank. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = stage.instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ rest }) => rest.split(/\s+/))
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s) as [string, string]))
}
