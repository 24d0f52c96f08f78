import type { CommandWords, OptionWords } from './command-words.ts';

/** Text inside of '…' with the signs that zsh gives a meaning in descriptions. */
const described = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(/[[\]:\\]/g, '\\$&');

/** A script for a file `_shoal` in a folder of `$fpath`. */
export function zshCompletion(commands: readonly CommandWords[]): string {
  return `#compdef shoal
# zsh completion for shoal
_shoal() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${described(summary)}'`).join('\n')}
    'help:show what a command does'
  )
  if (( CURRENT == 2 )) || [[ $words[2] == help ]]; then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
# As a file of $fpath this is the body of the function at its first call; sourced, it is told to zsh.
if [[ $funcstack[1] == _shoal ]]; then
  _shoal "$@"
else
  compdef _shoal shoal
fi`;
}

function commandCase({ name, options, choices }: CommandWords): string {
  const first = choices.length === 0 ? '_files' : `(${choices.join(' ')})`;
  const lines = [...options.map(optionSpec), `'*:argument:${first}'`];
  return `    ${name}) _arguments \\\n${lines.map((line) => `      ${line}`).join(' \\\n')} ;;`;
}

function optionSpec({ flags, description, takesValue, choices }: OptionWords): string {
  const names = flags.length === 1 ? `'${flags[0]}` : `{${flags.join(',')}}'`;
  const value = takesValue ? `:value:${choices.length === 0 ? '_files' : `(${choices.join(' ')})`}` : '';
  return `${names}[${described(description)}]${value}'`;
}
