/** What a shell is told, so that it completes our command lines. Nothing is run while somebody types. */
import type { Place } from './words.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A script for the shell to read. */
export function completionScript(shell: Shell, places: readonly Place[]): string {
  return { bash, zsh, fish }[shell](places)
}

/** Words of commands so far, joined, lead to what may follow. Source: Bash manual, "Programmable Completion". */
function bash(places: readonly Place[]): string {
  return `${finder(places)}
_ringback_complete() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  _ringback_find "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$_ringback_options" -- "$current")) ;;
    *)
      COMPREPLY=($(compgen -W "$_ringback_commands" -- "$current"))
      if [ -z "$_ringback_commands" ]; then compopt -o default 2>/dev/null; fi
      ;;
  esac
}
complete -F _ringback_complete ringback
`
}

/** Source: zsh manual, chapter 20, "Completion System". */
function zsh(places: readonly Place[]): string {
  return `#compdef ringback
${finder(places)}
_ringback() {
  _ringback_find "\${(@)words[2,CURRENT-1]}"
  case "\${words[CURRENT]}" in
    -*) compadd -- \${=_ringback_options} ;;
    *)
      if [ -n "$_ringback_commands" ]; then compadd -- \${=_ringback_commands}; else _files; fi
      ;;
  esac
}
# Loaded from fpath, this file is the function itself, called for a first completion.
if [ "\${funcstack[1]}" = _ringback ]; then _ringback; else compdef _ringback ringback; fi
`
}

/** For bash and zsh alike: goes along the words as far as they are commands. */
function finder(places: readonly Place[]): string {
  const cases = places.map(({ path, commands, options }) => {
    const names = commands.map(({ name }) => name).join(' ')
    const flags = options.map(({ flag }) => flag).join(' ')
    return `    '${path}') _ringback_commands='${names}'; _ringback_options='${flags}' ;;`
  })
  const paths = places.map(({ path }) => `'${path}'`).join('|')
  return `_ringback_find() {
  local place='' word next
  for word in "$@"; do
    next="\${place:+$place }$word"
    case "$next" in ${paths}) place="$next" ;; esac
  done
  case "$place" in
${cases.join('\n')}
  esac
}`
}

/** Source: fish manual, "complete". */
function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options }) => {
    const condition = path === '' ? '__fish_use_subcommand' : seenAll(path, commands)
    return [
      ...commands.map(
        ({ name, says }) => `complete -c ringback -f -n '${condition}' -a '${name}' -d ${quoted(says)}`,
      ),
      ...options.map(({ flag, says, takesValue }) => {
        const form = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`
        const where = path === '' ? condition : seenAll(path, [])
        return `complete -c ringback -n '${where}' ${form}${takesValue ? ' -r' : ''} -d ${quoted(says)}`
      }),
    ]
  })
  return `${lines.join('\n')}\n`
}

const seenAll = (path: string, but: readonly { name: string }[]) =>
  [
    ...path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`),
    ...(but.length > 0 ? [`not __fish_seen_subcommand_from ${but.map(({ name }) => name).join(' ')}`] : []),
  ].join('; and ')

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
