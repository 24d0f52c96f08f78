/** Does a module fit into the memory of a core? The answer names what takes the room. */
import { ShoalError } from '../protocol/errors.ts';
import type { CompiledModule } from './compiled-module.ts';
import { moduleBytes } from './compiled-module.ts';
import type { SourcePosition } from './kernel-tree/tree.ts';

/** One part of what a module needs. */
export interface SizeItem {
  /** `runtime`, `code`, `stacks`, `constants`, or the name of a variable. */
  readonly name: string;
  readonly lengthBytes: number;
  readonly position?: SourcePosition;
}

export interface SizeReport {
  readonly neededBytes: number;
  readonly availableBytes: number;
  /** The parts of `neededBytes`; largest variables last. */
  readonly items: readonly SizeItem[];
}

export interface SizeLimits {
  readonly localMemoryBytes: number;
  /** Code and variables of the core runtime. */
  readonly runtimeBytes: number;
  /** Stack of the core runtime below a kernel. */
  readonly runtimeStackBytes: number;
}

/** Variables below this are reported together. */
const NAMED_ITEM_BYTES = 256;

/** Adds up what `module` needs on a core besides its arguments. */
export function sizeReport(module: CompiledModule, limits: SizeLimits): SizeReport {
  const text = module.object.sections.find((section) => section.name === '.text')?.lengthBytes ?? 0;
  const stacks = limits.runtimeStackBytes + Math.max(0, ...module.kernels.map((kernel) => kernel.stackBytes));
  const named = module.data
    .filter((item) => item.lengthBytes >= NAMED_ITEM_BYTES)
    .sort((a, b) => a.lengthBytes - b.lengthBytes);
  const variables = named.reduce((sum, item) => sum + item.lengthBytes, 0);
  const total = moduleBytes(module);
  const items: SizeItem[] = [
    { name: 'runtime', lengthBytes: limits.runtimeBytes },
    { name: 'code', lengthBytes: text },
    { name: 'stacks', lengthBytes: stacks },
    { name: 'small variables', lengthBytes: total - text - variables },
    ...named.map(({ name, lengthBytes, position }) => ({
      name,
      lengthBytes,
      ...(position === null ? {} : { position }),
    })),
  ].filter((item) => item.lengthBytes > 0);
  return {
    neededBytes: limits.runtimeBytes + total + stacks,
    availableBytes: limits.localMemoryBytes,
    items,
  };
}

/** `needs 34 112 of 32 768 bytes: runtime 3.9 KB, code 5.1 KB, stacks 1.0 KB, `a` 16.0 KB (kernels.ts:12:20)`. */
export function sizeText({ neededBytes, availableBytes, items }: SizeReport): string {
  const parts = items.map(({ name, lengthBytes, position }) => {
    const label = position === undefined ? name : `\`${name}\``;
    const place = position === undefined ? '' : ` (${baseName(position.file)}:${position.line}:${position.column})`;
    return `${label} ${kilobytes(lengthBytes)}${place}`;
  });
  return `needs ${grouped(neededBytes)} of ${grouped(availableBytes)} bytes: ${parts.join(', ')}`;
}

/** Throws MEMORY_OVERFLOW with the report if `module` does not fit. */
export function checkSize(module: CompiledModule, limits: SizeLimits): SizeReport {
  const report = sizeReport(module, limits);
  if (report.neededBytes > report.availableBytes) {
    throw new ShoalError('MEMORY_OVERFLOW', `${module.name} ${sizeText(report)}`, {
      hint: 'Make arrays smaller, use narrower elements, or divide the module.',
      details: { ...report },
    });
  }
  return report;
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
