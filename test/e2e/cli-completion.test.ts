/** `shoal completion`: what bash itself makes of the script; the other shells' scripts name the same words. */
import { spawnSync } from 'node:child_process';
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

describe.each(['zsh', 'fish'])('%s', (shell) => {
  test('all commands, with what they do', () => {
    for (const { name, summary } of COMMAND_TABLE) {
      expect(scripts[shell]).toMatch(new RegExp(`\\b${name}\\b`));
      expect(scripts[shell]).toContain(summary.replace("'", shell === 'zsh' ? "'\\''" : "\\'"));
    }
    expect(scripts[shell]).toMatch(/dry-run/);
  });

  test('quotes are closed', () => {
    // Of the signs that begin or end a string, none is left alone: as bash, these shells join what stands together.
    const text = (scripts[shell] ?? '').replaceAll("'\\''", '').replaceAll("\\'", '');
    for (const line of text.split('\n')) expect((line.split("'").length - 1) % 2, line).toBe(0);
  });
});

test('a shell that is not known', async () => {
  expect(await shoal(project, 'completion', 'tcsh')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/bash, zsh, fish/),
  });
});
