import type { Cli } from '../frame/cli.ts'
import { command, type JsonOption } from '../frame/command.ts'
import { failed, usage } from '../frame/exit.ts'
import { collect, readInput, readWhole } from '../frame/input.ts'
import { show } from '../frame/show.ts'
import { examine } from '../verify/examine.ts'
import { secretsOf } from './sign.ts'

interface VerifyOptions extends JsonOption {
  secret?: string[]
  headers: string
  body: string
  window: number
}

/** `ringback verify`: whether a callback is true, and which part of it is not. */
export const verifyCommand = (cli: Cli) =>
  command('verify', 'Verify a callback, and say which part of it is wrong')
    .option(
      '--secret <whsec>',
      "the endpoint's (RINGBACK_SECRET); may be repeated, as while one is rotated",
      collect,
    )
    .requiredOption('-H, --headers <headers>', 'as they came: lines or a JSON object; @file, or - for stdin')
    .requiredOption('-b, --body <body>', 'the very bytes that came: @file, or - for stdin')
    .option('--window <seconds>', 'how far the signing may lie from now', readWhole, 300)
    .example('verify --secret whsec_... --headers @headers.txt --body @body.json', 'from what was logged')
    .action(async (options: VerifyOptions) => {
      if (options.headers === '-' && options.body === '-') throw usage('Only one of them can be on stdin.')
      const secrets = secretsOf(cli, options.secret)
      const headers = readHeaders((await readInput(options.headers)).toString('utf8'))
      const body = await readInput(options.body)
      const parts = examine({ headers, body, secrets, windowSeconds: options.window })
      const wrong = parts.filter(({ ok }) => !ok)
      const { paint } = cli.terminal
      show(cli, options, { verified: wrong.length === 0, parts }, () =>
        parts
          .map(
            ({ part, ok, says }) =>
              `${ok ? paint.green('ok   ') : paint.red('wrong')}  ${part.padEnd(9)}  ${says}`,
          )
          .join('\n'),
      )
      if (wrong.length > 0) throw failed('It is not to be believed.', wrong[0]!.reason)
    })

/** @throws Failure */
function readHeaders(text: string): Record<string, string> {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) return ofJson(trimmed)
  const lines = trimmed.split(/\r?\n/).filter((line) => line.trim() !== '')
  // A request line or a status line may stand before them, as tools print them; curl -v marks each.
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^[<>]?\s*([\w-]+)\s*:\s*(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name.toLowerCase(), value!.trim()]]
  })
  if (pairs.length === 0)
    throw usage('There are no headers in that: lines such as `webhook-id: evt_...`, or JSON.')
  return Object.fromEntries(pairs)
}

function ofJson(text: string): Record<string, string> {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
    return Object.fromEntries(
      entries.map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : String(value),
      ]),
    )
  } catch (error) {
    throw usage(`The headers are not JSON: ${(error as Error).message}.`)
  }
}
