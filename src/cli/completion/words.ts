/** The words that may follow each other, from the commands themselves. */
import type { CliCommand } from '../frame/command.ts'

/** A place on the command line: `''` is right after `ringback`, `keys list` after these two words. */
export interface Place {
  path: string
  commands: { name: string; says: string }[]
  options: { flag: string; says: string; takesValue: boolean }[]
}

/** All places, the outermost first. */
export function placesOf(command: CliCommand, path: readonly string[] = []): Place[] {
  const children = command.commands as CliCommand[]
  const place: Place = {
    path: path.join(' '),
    commands: children.map((one) => ({ name: one.name(), says: one.description() })),
    options: command
      .createHelp()
      .visibleOptions(command)
      .flatMap(({ short, long, description, required, optional }) =>
        [long, short]
          .filter((flag) => flag !== undefined)
          .map((flag) => ({ flag, says: description, takesValue: required || optional })),
      ),
  }
  return [place, ...children.flatMap((child) => placesOf(child, [...path, child.name()]))]
}
