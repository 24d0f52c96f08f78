/** Puts modules into the free memory of all cores, at the same address on each, and takes them away. */

import { boardSymbols } from '../../compiler/link/board-symbols.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { RUNTIME_STACK_BYTES } from '../../protocol/mailbox.ts';
import type { KernelSource } from '../kernels/kernel-source.ts';
import type { LoadedModule } from '../kernels/loaded-module.ts';
import type { CallPool } from './call-pool.ts';
import { CoreMemory } from './core-memory.ts';
import { allKernels, writeModule, writeTable } from './module-table.ts';

/** Waits until no call runs, then places the module. Throws MEMORY_OVERFLOW, with nothing changed. */
export async function placeModule(pool: CallPool, source: KernelSource, signal?: AbortSignal): Promise<LoadedModule> {
  await pool.hold(signal);
  try {
    return place(pool, source);
  } finally {
    // Also if it did not fit: the table may stand elsewhere now, where something was freed.
    writeTables(pool);
    pool.release();
  }
}

/** Waits until no call runs, then gives the module's memory back. */
export async function removeModule(pool: CallPool, module: LoadedModule, signal?: AbortSignal): Promise<void> {
  await pool.hold(signal);
  try {
    remove(pool, module);
    writeTables(pool);
  } finally {
    pool.release();
  }
}

/**
 * Waits until no call runs, then places a module where another one makes room for it. Throws MEMORY_OVERFLOW; then the
 * other one stays as it is, with its state.
 */
export async function replaceModule(
  pool: CallPool,
  old: LoadedModule,
  source: KernelSource,
  signal?: AbortSignal,
): Promise<LoadedModule> {
  await pool.hold(signal);
  try {
    remove(pool, old);
    try {
      return place(pool, source);
    } catch (error) {
      // Nothing was written to its memory, and nobody but the table can stand there.
      freeTable(pool);
      for (const slot of pool.slots) slot.memory.allocateAt(old.address, old.lengthBytes);
      pool.modules.loaded.push(old);
      makeRoomForTableAndStack(pool);
      throw error;
    }
  } finally {
    writeTables(pool);
    pool.release();
  }
}

/** Whoever calls it writes the tables. */
function place(pool: CallPool, source: KernelSource): LoadedModule {
  const { modules } = pool;
  const address = allocateOnAll(pool, source.lengthBytes);
  if (address === null) throw overflow(pool, source);
  const module = source.link(address, new Map([...pool.image.symbols, ...boardSymbols(pool.board)]));
  modules.loaded.push(module);
  if (!makeRoomForTableAndStack(pool)) {
    remove(pool, module);
    throw overflow(pool, source);
  }
  writeModule(pool.access, indexes(pool), module);
  return module;
}

function remove(pool: CallPool, module: LoadedModule): void {
  const { modules } = pool;
  modules.loaded = modules.loaded.filter((loaded) => loaded !== module);
  for (const slot of pool.slots) slot.memory.free(module.address);
  makeRoomForTableAndStack(pool);
}

function writeTables(pool: CallPool): void {
  writeTable(pool.access, indexes(pool), pool.modules);
}

const indexes = ({ slots }: CallPool): number[] => slots.map(({ index }) => index);

function allocateOnAll(pool: CallPool, lengthBytes: number): number | null {
  return CoreMemory.allocateInAll(
    pool.slots.map((slot) => slot.memory),
    lengthBytes,
  );
}

/** Fits the entry table and the stack to the modules that are loaded; false, and perhaps no table, if they do not fit. */
function makeRoomForTableAndStack(pool: CallPool): boolean {
  const { modules } = pool;
  freeTable(pool);
  const deepest = Math.max(0, ...modules.loaded.map((module) => module.stackBytes));
  for (const slot of pool.slots) if (!slot.memory.reserveStack(RUNTIME_STACK_BYTES + deepest)) return false;
  const count = allKernels(modules).length;
  if (count === 0) return true;
  const address = allocateOnAll(pool, count * 4);
  modules.tableAddress = address ?? 0;
  return address !== null;
}

function freeTable({ modules, slots }: CallPool): void {
  if (modules.tableAddress !== 0) for (const slot of slots) slot.memory.free(modules.tableAddress);
  modules.tableAddress = 0;
}

function overflow(pool: CallPool, source: KernelSource): ShoalError {
  const { text, details } = source.sizeOf({
    localMemoryBytes: pool.board.localMemoryBytes,
    runtimeBytes: pool.image.endAddress,
    runtimeStackBytes: RUNTIME_STACK_BYTES,
  });
  const others = pool.modules.loaded.reduce((sum, module) => sum + module.lengthBytes, 0);
  const arrays = Math.max(
    ...pool.slots.map((slot) => slot.memory.kept.reduce((sum, { start, end }) => sum + end - start, 0)),
  );
  const more = [
    others === 0 ? '' : `; other modules take ${others} bytes`,
    arrays === 0 ? '' : `; arrays allocated on one core take ${arrays} bytes`,
  ];
  return new ShoalError('MEMORY_OVERFLOW', `${source.name} ${text}${more.join('')}`, {
    hint: 'Make arrays smaller, use narrower elements, divide the module, or unload others.',
    details: { ...details, otherModuleBytes: others, arrayBytes: arrays },
  });
}
