/** Commands as they are declared: commander's, with examples, and without its own way to end the process. */
import { Command, Option } from 'commander'

/** What every command that has data to show takes. */
export interface JsonOption {
  json?: boolean
}

/** A command of ours. */
export class CliCommand extends Command {
  /** Command lines, with what each does. */
  readonly examples: { line: string; says: string }[] = []

  constructor(name?: string) {
    super(name)
    this.exitOverride()
    this.showSuggestionAfterError(true)
    this.helpOption('-h, --help', 'show help')
    this.helpCommand(false)
    this.addHelpText('after', () => exampleText(this.examples))
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name)
  }

  /** @param line without `ringback` */
  example(line: string, says: string): this {
    this.examples.push({ line: `ringback ${line}`, says })
    return this
  }
}

/** A command that shows data. */
export function command(name: string, says: string): CliCommand {
  return new CliCommand(name).description(says).addOption(new Option('--json', 'write JSON, for programs'))
}

/** A command that only holds others. */
export function group(name: string, says: string, commands: readonly CliCommand[]): CliCommand {
  const whole = new CliCommand(name).description(says)
  for (const one of commands) whole.addCommand(one)
  return whole
}

function exampleText(examples: CliCommand['examples']): string {
  if (examples.length === 0) return ''
  const lines = examples.map(({ line, says }) => `  # ${says}\n  ${line}`)
  return `\nExamples:\n${lines.join('\n')}`
}
