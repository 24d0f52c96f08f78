import type { CommandWords, OptionWords } from './command-words.ts';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A script for `~/.config/fish/completions/shoal.fish`. */
export function fishCompletion(commands: readonly CommandWords[]): string {
  return [
    '# fish completion for shoal',
    "complete -c shoal -f -n __fish_use_subcommand -a help -d 'show what a command does'",
    `complete -c shoal -f -n '__fish_seen_subcommand_from help' -a '${commands.map(({ name }) => name).join(' ')}'`,
    ...commands.flatMap(({ name, summary, options, choices }) => {
      const isUsed = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
      return [
        `complete -c shoal -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
        ...options.map((option) => `complete -c shoal ${isUsed} ${optionWords(option)}`),
        ...(choices.length === 0 ? [] : [`complete -c shoal -f ${isUsed} -a ${quoted(choices.join(' '))}`]),
      ];
    }),
  ].join('\n');
}

function optionWords({ flags, description, takesValue, choices }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values = choices.length === 0 ? '' : ` -f -a ${quoted(choices.join(' '))}`;
  return `${names.join(' ')}${takesValue ? ' -r' : ''}${values} -d ${quoted(description)}`;
}
