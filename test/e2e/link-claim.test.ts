/** One board, two processes: who comes second is told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { claimLink } from '../../device/window-linux/link-claim.ts';
import { packageRoot } from './exact-node-project.ts';

const isLinux = process.platform === 'linux';
const file = pathToFileURL(join(packageRoot, 'dist/device/window-linux/link-claim.js')).href;

test.runIf(isLinux)('another process is refused, told by whom, and gets it when this one is killed', async () => {
  const resource = `test:other:${process.pid}`;
  const program = `const { claimLink } = await import(${JSON.stringify(file)});
    await claimLink(${JSON.stringify(resource)});
    console.log('claimed');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    await expect(claimLink(resource)).rejects.toMatchObject({
      code: 'LINK_BUSY',
      message: expect.stringContaining(`${resource} is in use by process ${child.pid} (`),
    });
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'close');
  (await claimLink(resource)).release();
});

test.runIf(isLinux)('a claim keeps no process alive', async () => {
  const program = `await (await import(${JSON.stringify(file)})).claimLink('test:alive:${process.pid}');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit', timeout: 20_000 });
  expect(await once(child, 'close')).toEqual([0, null]);
});
