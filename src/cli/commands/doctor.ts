import type { Finding } from '../doctor/finding.ts'
import type { Cli } from '../frame/cli.ts'
import { command, type JsonOption } from '../frame/command.ts'
import { failed } from '../frame/exit.ts'
import { show } from '../frame/show.ts'
import { type Paint, plain } from '../frame/terminal.ts'

/** `ringback doctor`: what is wrong with an installation, and what to do about it. */
export const doctorCommand = (cli: Cli) =>
  command(
    'doctor',
    'Look at an installation, with the environment of its server: what is wrong, and the cure',
  )
    .example('doctor', 'with DATABASE_URL, REDIS_URL, ... as the server has them')
    .action(async (options: JsonOption) => {
      const { examine } = await import('../doctor/examine.ts')
      const findings = await examine(cli.env)
      show(cli, options, findings, () => findings.map((one) => textOf(one, cli.terminal.paint)).join('\n'))
      const failures = findings.filter(({ status }) => status === 'failure')
      if (failures.length > 0) throw failed(`${failures.length} to be cured.`, 'findings')
    })

const COLOURS = { ok: 'green', warning: 'yellow', failure: 'red', skipped: 'dim' } as const

function textOf({ check, status, says, cure }: Finding, paint: Paint): string {
  const head = `${paint[COLOURS[status]](status.padEnd(8))} ${check.padEnd(15)} ${plain(says)}`
  return cure === undefined ? head : `${head}\n${' '.repeat(9)}-> ${cure}`
}
