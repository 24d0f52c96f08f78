/** What a call costs in the memory of a core. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBoard } from 'shoal/boards';
import { compileKernels } from 'shoal/compiler';

/** Bytes of a kernel that does nothing but call, with what it needs, and without the stub that decodes arguments. */
export async function bytesOfCall(call: string, parameters: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-code-bytes-'));
  try {
    const file = join(folder, 'kernels.ts');
    const list = parameters.map((name) => `${name}: f32`).join(', ');
    await writeFile(
      file,
      `'use kernel';\nimport type { f32 } from 'shoal/kernel';\nexport function k(${list}): f32 { return ${call}; }\n`,
    );
    const { object } = await compileKernels(file, { board: findBoard('parallella-16') });
    return object.symbols
      .filter(({ name }) => !name.endsWith('.entry'))
      .reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  } finally {
    await rm(folder, { recursive: true });
  }
}
