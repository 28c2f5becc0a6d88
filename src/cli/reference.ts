/** The reference page of the command line, in Markdown: `docs/cli.md` is this text. */
import type { Argument, Option } from 'commander'
import { createCli } from './frame/cli.ts'
import type { CliCommand } from './frame/command.ts'
import { EXIT, EXIT_MEANINGS } from './frame/exit.ts'
import { createProgram } from './program.ts'

export function cliReference(): string {
  const program = createProgram(createCli())
  const commands = program.commands as CliCommand[]
  return `${INTRODUCTION}
${COMMON_TEXT}

| exit code | |
|---|---|
${Object.entries(EXIT)
  .map(([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`)
  .join('\n')}

${commands.flatMap((one) => chapter(one, 'ringback')).join('\n')}`
}

const INTRODUCTION = `# The command line

\`npx ringback\`, or \`ringback\` once the package is installed. This page is printed from \`src/cli/\` by \`npm run docs:generate\`.

Commands that call the API find the server by \`--url\` or \`RINGBACK_URL\` (\`http://127.0.0.1:4600\` unless told) and call it with
\`--key\` or \`RINGBACK_API_KEY\`. In the directory of a Ringback on this machine they take the key that it made for itself. A
key in the environment is seen by fewer eyes than one on the command line. \`RINGBACK_TENANT\` stands for \`--tenant\`; a key that is
bound to one tenant needs neither.

Data goes to stdout, everything else to stderr. \`--json\` writes one JSON value, or, where something is watched, one on each
line; errors are then a line of JSON on stderr. Colours are for terminals alone, and for none with \`NO_COLOR\`. Nobody is
asked where nobody sits: what destroys needs \`--yes\` there.
`

/** Said once, and not with every command. */
const COMMON: Record<string, string> = {
  '--json': 'write JSON, for programs; every command that has data to show',
  '--url': `where Ringback is; every command that calls the API`,
  '--key': 'the key to call it with; likewise',
}

const COMMON_TEXT = [
  '| everywhere | |',
  '|---|---|',
  ...Object.entries(COMMON).map(([flag, says]) => `| \`${flag}\` | ${says} |`),
].join('\n')

function chapter(command: CliCommand, before: string): string[] {
  const name = `${before} ${command.name()}`
  const children = command.commands as CliCommand[]
  if (children.length > 0)
    return [`## ${name}\n\n${sentence(command)}\n`, ...children.flatMap((child) => chapter(child, name))]
  const depth = before === 'ringback' ? '##' : '###'
  return [
    [
      `${depth} ${name}`,
      sentence(command),
      `\`\`\`\n${`${name} ${usageOf(command)}`.trim()}\n\`\`\``,
      table(command),
      examples(command),
    ]
      .filter((part) => part !== '')
      .join('\n\n')
      .concat('\n'),
  ]
}

const sentence = (command: CliCommand) => `${command.description()}.`

const usageOf = (command: CliCommand) =>
  command.usage().replace('[options] ', '').replace('[options]', '').trim()

function table(command: CliCommand): string {
  const help = command.createHelp()
  const options = help.visibleOptions(command).filter(({ long }) => !(long! in COMMON) && long !== '--help')
  const rows = [
    ...command.registeredArguments.map((one) => `| \`${argumentOf(one)}\` | ${said(one.description)} |`),
    ...options.map((one) => `| \`${one.flags}\` | ${said(one.description)}${defaultOf(one)} |`),
  ]
  return rows.length === 0 ? '' : ['| | |', '|---|---|', ...rows].join('\n')
}

const argumentOf = (one: Argument) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)

const said = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

const defaultOf = ({ defaultValue }: Option) =>
  ['string', 'number'].includes(typeof defaultValue) ? ` (\`${defaultValue}\`)` : ''

const examples = ({ examples }: CliCommand) =>
  examples.length === 0
    ? ''
    : `\`\`\`sh\n${examples.map(({ line, says }) => `# ${says}\n${line}`).join('\n')}\n\`\`\``
