/** The image that the build wrote is what the sources say, and within its budget. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { compileImage } from '../../compiler/compile-image.ts';
import { loadRuntimeImage } from '../../host/cores/runtime-image.ts';
import { MAILBOX_LENGTH_BYTES } from '../../protocol/mailbox.ts';

const file = (name: string): string => fileURLToPath(new URL(`../../device/core/${name}`, import.meta.url));

test('dist/device/core/epiphany.elf is built from device/core as it is now', () => {
  const { placed, sizes } = compileImage([file('runtime.ts')], {
    board: PARALLELLA_16,
    assembly: { source: readFileSync(file('start.s'), 'utf8'), file: 'start.s' },
  });
  const image = loadRuntimeImage('epiphany');
  const built = placed.segments.filter((segment) => segment.bytes.length > 0);
  const bytesAt = (address: number): string | undefined =>
    image.segments
      .map((segment) => ({ ...segment, end: segment.address + segment.bytes.length }))
      .filter((segment) => segment.address <= address && address < segment.end)
      .map((segment) => Buffer.from(segment.bytes.subarray(address - segment.address)).toString('hex'))[0];
  for (const { name, address, bytes } of built) {
    const hex = Buffer.from(bytes).toString('hex');
    expect(bytesAt(address)?.slice(0, hex.length), `${name}: run \`npm run build\``).toBe(hex);
  }
  const code = (sizes['.text'] ?? 0) + (sizes['.rodata'] ?? 0) - MAILBOX_LENGTH_BYTES;
  expect(code).toBeLessThanOrEqual(4096);
  expect((sizes['.data'] ?? 0) + (sizes['.bss'] ?? 0) + MAILBOX_LENGTH_BYTES).toBeLessThanOrEqual(1228);
});
