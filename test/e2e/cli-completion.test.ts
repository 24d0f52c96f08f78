/** `shoal completion`: what the shells themselves make of the scripts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND_TABLE } from '../../flash-tools/command-table.ts';
import { Project } from './exact-node-project.ts';
import { shoal } from './shoal-command.ts';

let project: Project;
const scripts: Record<string, string> = {};
beforeAll(async () => {
  project = await Project.create({});
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout, stderr } = await shoal(project, 'completion', shell);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    scripts[shell] = stdout;
  }
});
afterAll(() => project.remove());

function bash(program: string): string {
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', `${scripts.bash}\n${program}`], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

/** What bash offers for the last of the words. */
function offered(...words: readonly string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const program = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _shoal; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return bash(program).trim().split('\n');
}

describe('bash', () => {
  test('knows the command', () => {
    expect(bash('complete -p shoal')).toBe('complete -o default -F _shoal shoal\n');
  });

  test('offers all commands, and those that begin so', () => {
    expect(offered('shoal', '')).toEqual([...COMMAND_TABLE.map(({ name }) => name), 'help', '--help', '--version']);
    expect(offered('shoal', 'comp')).toEqual(['compile', 'completion']);
    expect(offered('shoal', 'help', 'fla')).toEqual(['flash']);
  });

  test('offers the options of the command, and what they take', () => {
    expect(offered('shoal', 'compile', '--lis')).toEqual(['--listing']);
    expect(offered('shoal', 'flash', '--')).toEqual(expect.arrayContaining(['--dry-run', '--package', '--help']));
    expect(offered('shoal', 'flash', '--')).not.toContain('--listing');
    expect(offered('shoal', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('shoal', 'completion', 'f')).toEqual(['fish']);
  });

  test('leaves files to the shell', () => {
    expect(offered('shoal', 'run', 'ma')).toEqual(['']);
    expect(offered('shoal', 'flash', '--package', 'im')).toEqual(['']);
  });
});

/** CI installs both; a computer without one of them has nobody who could complain. */
const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** What becomes of lines when the Tab key is pressed behind them, in zsh as a user has it. */
function zshCompletes(...lines: readonly string[]): string[] {
  const folder = join(project.folder, 'zsh');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '_shoal'), scripts.zsh ?? '');
  // Ctrl-G tells what the line is then.
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-s', ...lines], {
    encoding: 'utf8',
    timeout: 30_000,
    cwd: project.folder,
    input: `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "fpath=('${folder}' \\$fpath); autoload -Uz compinit; compinit -D -u; tell() { print -n \\"<\\$BUFFER>\\"; BUFFER= }; zle -N tell; bindkey '^G' tell; print READ''Y"
zpty -r z out '*READY*'
for line in "$@"; do
  zpty -w -n z "$line"$'\\t\\a'
  zpty -r z out '*<*>*'
  print -r -- "\${\${out##*<}%%>*}"
done
`,
  });
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}

describe.runIf(has('zsh'))('zsh', () => {
  test('completes commands, options and what they take', () => {
    expect(
      zshCompletes('shoal compl', 'shoal help fla', 'shoal flash --dry', 'shoal disasm --sy', 'shoal completion f'),
    ).toEqual([
      'shoal completion',
      'shoal help flash',
      'shoal flash --dry-run',
      'shoal disasm --symbol',
      'shoal completion fish',
    ]);
  });
});

describe.runIf(has('fish'))('fish', () => {
  /** What fish offers behind a line, without descriptions. */
  const offeredByFish = (line: string): string[] => {
    const program = `source (printf '%s' $argv[1] | psub); complete -C $argv[2]`;
    const { stdout, stderr, status } = spawnSync('fish', ['--no-config', '-c', program, scripts.fish ?? '', line], {
      encoding: 'utf8',
      cwd: project.folder,
      env: { ...process.env, HOME: project.folder },
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    return stdout
      .trimEnd()
      .split('\n')
      .map((offer) => offer.split('\t')[0] ?? '');
  };

  test('completes commands, options and what they take', () => {
    expect(offeredByFish('shoal ')).toEqual([...COMMAND_TABLE.map(({ name }) => name), 'help'].sort());
    expect(offeredByFish('shoal comp')).toEqual(['compile', 'completion']);
    expect(offeredByFish('shoal help fla')).toEqual(['flash']);
    expect(offeredByFish('shoal flash --dr')).toEqual(['--dry-run']);
    expect(offeredByFish('shoal completion ')).toEqual(['bash', 'fish', 'zsh']);
  });
});

test('a shell that is not known', async () => {
  expect(await shoal(project, 'completion', 'tcsh')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/bash, zsh, fish/),
  });
});
