import { Argument, type Command } from 'commander';
import { type CommandFrame, examples } from '../command.ts';
import { bashCompletion } from '../completion/bash-completion.ts';
import { type CommandWords, commandWords } from '../completion/command-words.ts';
import { fishCompletion } from '../completion/fish-completion.ts';
import { zshCompletion } from '../completion/zsh-completion.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** Adds `shoal completion bash|zsh|fish`. */
export function addCompletionCommand(program: Command, frame: CommandFrame): void {
  program
    .command('completion')
    .summary('print what makes a shell complete commands and options')
    .description('Prints a script by which the Tab key completes the commands of shoal and their options.')
    .addArgument(new Argument('<shell>', 'the shell that you use').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      examples(
        'shoal completion bash > ~/.local/share/bash-completion/completions/shoal',
        'shoal completion zsh > ~/.zfunc/_shoal    # a folder of $fpath',
        'shoal completion fish > ~/.config/fish/completions/shoal.fish',
      ),
    )
    .action(async (shell: keyof typeof SCRIPTS) => {
      const script: (commands: readonly CommandWords[]) => string = SCRIPTS[shell];
      frame.line(script(await commandWords(frame)));
    });
}
