/** Cores of a board that wait for each other: what they wait at, and what they leave behind when they are reset. */
import { waitText } from '../../compiler/kernel-tree/trap-message.ts';
import type { CoreStanding } from '../kernels/core-standing.ts';
import type { LoadedModule } from '../kernels/loaded-module.ts';
import type { CallPool } from './call-pool.ts';
import type { CoreSlot } from './core-slot.ts';

/** Before a call on all cores: no core has entered any barrier. */
export function clearBarriers({ slots, modules }: CallPool, module: LoadedModule): void {
  if (!modules.loaded.includes(module)) return; // others may have its memory; the call will be refused
  const barrier = module.coordination?.barrier ?? [];
  for (const { end } of slots)
    for (const { address, lengthBytes } of barrier) end.write(address, new Uint8Array(lengthBytes));
}

/** What a core does, as far as it is of interest to others that wait. */
export function standingOf(slot: CoreSlot): CoreStanding {
  const call = slot.posted[0]?.call;
  const coordination = call?.module.coordination ?? null;
  const site = coordination === null ? 0 : slot.end.readWord(coordination.waitingAt);
  const wait = call?.module.trapSites[site - 1];
  return {
    core: slot.position,
    kernel: call?.signature.name ?? null,
    wait: wait === undefined ? null : waitText(wait),
  };
}

/** The words of all locks, which are on core 0. */
function lockWords(
  slots: readonly CoreSlot[],
  modules: readonly LoadedModule[],
): { address: number; holder: number }[] {
  const home = slots[0] as CoreSlot;
  const locks = modules.flatMap((module) => module.coordination?.locks ?? []);
  return locks.map((address) => ({ address, holder: home.end.readWord(address) }));
}

/** After a trap: releases what the core had acquired. It must not have begun another call. */
export function freeLocks({ slots, modules }: CallPool, slot: CoreSlot): void {
  for (const { address, holder } of lockWords(slots, modules.loaded)) {
    if (holder === slot.end.index + 1) slots[0]?.end.writeWord(address, 0);
  }
}

/**
 * Does `reset`, which resets a core and with it its memory. Locks that the core held are free afterwards; those that
 * others hold stay theirs, also where the words are in the memory of this very core.
 */
export function resetWithLocks(pool: CallPool, slot: CoreSlot, reset: () => void): void {
  freeLocks(pool, slot);
  const held = lockWords(pool.slots, pool.modules.loaded);
  reset();
  if (slot === pool.slots[0]) for (const { address, holder } of held) slot.end.writeWord(address, holder);
}
