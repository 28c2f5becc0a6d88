import { Argument } from 'commander'
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts'
import { placesOf } from '../completion/words.ts'
import type { Cli } from '../frame/cli.ts'
import { CliCommand } from '../frame/command.ts'

/** `ringback completion`: a script for the shell. */
export const completionCommand = (cli: Cli) =>
  new CliCommand('completion')
    .description('Print a script that completes these commands in your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .example('completion bash >> ~/.bashrc', 'for bash')
    .example('completion zsh > ~/.zfunc/_ringback', 'for zsh, with ~/.zfunc in fpath')
    .example('completion fish > ~/.config/fish/completions/ringback.fish', 'for fish')
    .action((shell: Shell, _options, self: CliCommand) => {
      cli.terminal.print(completionScript(shell, placesOf(self.parent as CliCommand)).trimEnd())
    })
