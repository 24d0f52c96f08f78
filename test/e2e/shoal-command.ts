/** The `shoal` command in a process of its own, in a temporary folder. Output goes to pipes, not to a terminal. */
import { join } from 'node:path';
import { type Outcome, type Project, packageRoot } from './exact-node-project.ts';

export const shoalPath: string = join(packageRoot, 'bin/shoal.js');

/** `shoal …args` in the folder of a project. */
export function shoal(project: Project, ...args: string[]): Promise<Outcome> {
  return project.run(shoalPath, ...args);
}

/** The one JSON object that a command with `--json` wrote. */
export function jsonOf({ stdout }: Outcome): Record<string, unknown> {
  const lines = stdout.trimEnd().split('\n');
  if (lines.length !== 1) throw new Error(`not one line of JSON: ${stdout}`);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}
