/** Runs other programs, npm for one, as a user's shell does. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Outcome } from './exact-node-project.ts';

/** With the user's environment, but nothing that vitest or `npm test` put into it. */
export function runTool(directory: string, command: string, ...args: readonly string[]): Promise<Outcome> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|vitest|node_env$|test$|init_cwd$|mode$|dev$|prod$)/i.test(name),
    ),
  );
  const child = spawn(command, args, {
    cwd: directory,
    env: { ...environment, NO_COLOR: '1', XDG_CACHE_HOME: join(directory, '.cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Uint8Array) => (stdout += part));
  child.stderr.on('data', (part: Uint8Array) => (stderr += part));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
