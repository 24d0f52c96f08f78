import type { CommandWords } from './command-words.ts';

/** Of words that need no quotes: names of commands and options have only letters, digits and dashes. */
const list = (words: readonly string[]): string => `'${words.join(' ')}'`;

/** A script for `source <(shoal completion bash)`. What it has no words for is completed as a file. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name);
  return `# bash completion for shoal
_shoal() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || { command=$word; break; }
  done
  case $command in
    '' | help) words=${list([...names, 'help', '--help', '--version'])} ;;
${commands.map(commandCase).join('\n')}
  esac
  case "$command $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _shoal shoal`;
}

function commandCase({ name, options, choices }: CommandWords): string {
  const flags = options.flatMap((option) => option.flags);
  const others = choices.length === 0 ? '' : ` || words=${list(choices)}`;
  return `    ${name}) [[ $current == -* ]] && words=${list(flags)}${others} ;;`;
}

/** Behind an option that takes a value stands that value. */
function valueCases({ name, options }: CommandWords): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const patterns = flags.map((flag) => `'${name} ${flag}'`).join(' | ');
      return `    ${patterns}) words=${list(choices)} ;;`;
    });
}
