/**
 * Builds the image of the core runtime, dist/device/core/epiphany.elf, from device/core with the compiler that `tsc -b`
 * has built; prints what it weighs; fails if that is over a budget (ARCHITECTURE.md, DESIGN of the runtime).
 * Usage: node scripts/build-core-runtime.mjs
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ELF_MACHINE_EPIPHANY, SECTION_FLAG, SYMBOL_KIND } from '../dist/boards/elf/elf-file.js';
import { debugSections } from '../dist/boards/elf/write-debug-line.js';
import { writeElf } from '../dist/boards/elf/write-elf.js';
import { compileImage } from '../dist/compiler/compile-image.js';
import { stackBytesOf } from '../dist/compiler/link/stack-depth.js';
import { MAILBOX_END, MAILBOX_LENGTH_BYTES, RUNTIME_STACK_BYTES } from '../dist/protocol/mailbox.js';

/** Code and constants, vectors included. */
const CODE_BUDGET_BYTES = 4096;
/** Mailbox and variables; the stack is counted with the kernels'. */
const RAM_BUDGET_BYTES = 1228;

const root = join(import.meta.dirname, '..');
const folder = join(root, 'device/core');
const output = join(root, 'dist/device/core/epiphany.elf');

const { placed, code } = compileImage([join(folder, 'runtime.ts')], {
  board: { isa: 'epiphany', localMemoryBytes: 32768 },
  assembly: { source: readFileSync(join(folder, 'start.s'), 'utf8'), file: 'device/core/start.s' },
});

const bytesOf = (...names) =>
  placed.segments.filter(({ name }) => names.includes(name)).reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
/** What the runtime holds below a kernel: the main loop, and the function that a stub calls before or after it. */
const loopBytes = ['main.run', 'main.serve'].reduce(
  (sum, symbol) => sum + (code.frames.find((frame) => frame.symbol === symbol)?.frameBytes ?? 0),
  0,
);
const depths = code.frames.map(({ symbol }) => stackBytesOf(symbol, code.frames));
const weights = [
  ['code and constants', bytesOf('.text', '.rodata') - MAILBOX_LENGTH_BYTES, CODE_BUDGET_BYTES],
  ['mailbox and variables', bytesOf('.data', '.bss') + MAILBOX_LENGTH_BYTES, RAM_BUDGET_BYTES],
  ['stack', loopBytes + Math.max(...depths), RUNTIME_STACK_BYTES],
];
let isOver = false;
for (const [name, bytes, budget] of weights) {
  console.log(`core runtime: ${name.padEnd(22)} ${String(bytes).padStart(5)} of ${budget} bytes`);
  isOver ||= bytes > budget;
}
const misplaced = [
  ['restart', 0x28],
  ['sleep', 0x30],
  ['mailbox', 0x40],
  ['ignore', MAILBOX_END],
].filter(([name, address]) => placed.symbols.get(name) !== address);
for (const [name] of misplaced) console.error(`core runtime: ${name} is not where protocol/mailbox.ts says`);
if (isOver) console.error('core runtime: over budget');
if (isOver || misplaced.length > 0) process.exit(1);

const FLAGS = {
  '.text': SECTION_FLAG.alloc | SECTION_FLAG.execute,
  '.rodata': SECTION_FLAG.alloc,
  '.data': SECTION_FLAG.alloc | SECTION_FLAG.write,
  '.bss': SECTION_FLAG.alloc | SECTION_FLAG.write,
};
const sectionOf = (address) =>
  placed.segments.findLast((segment) => segment.address <= address)?.name ?? placed.segments[0].name;
const lengths = new Map(code.symbols.map((symbol) => [symbol.name, symbol]));
const [firstSymbol] = code.symbols.filter((symbol) => symbol.section === '.text');
const codeStart = placed.symbols.get(firstSymbol.name) - firstSymbol.offset;
const text = placed.segments.find(({ name }) => name === '.text');
const rows = code.lines.map(({ offset, position }) => ({
  address: codeStart + offset,
  source: position === null ? null : { ...position, file: relative(root, position.file) },
}));
const image = writeElf({
  machine: ELF_MACHINE_EPIPHANY,
  type: 2,
  entry: 0,
  sections: [
    ...placed.segments.map(({ name, address, lengthBytes, bytes }) => ({
      name,
      flags: FLAGS[name],
      address,
      alignBytes: 8,
      content: name === '.bss' ? lengthBytes : bytes,
    })),
    ...debugSections('device/core', rows, codeStart, text.address + text.lengthBytes),
  ],
  symbols: [...placed.symbols].map(([name, value]) => ({
    name,
    value,
    lengthBytes: lengths.get(name)?.lengthBytes ?? 0,
    kind: lengths.get(name)?.kind === 'object' ? SYMBOL_KIND.object : SYMBOL_KIND.function,
    isGlobal: true,
    section: sectionOf(value),
  })),
  relocations: [],
});
mkdirSync(join(output, '..'), { recursive: true });
writeFileSync(output, image);
console.log(`core runtime: wrote ${relative(root, output)}, ${image.length} bytes`);
