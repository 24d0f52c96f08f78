/** Cores that wait for each other: what they wait at, and what they leave behind when they are reset. */
import { placeText } from '../../compiler/kernel-tree/trap-message.ts';
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

/** Where the call that runs on a core waits for others, `barrier() at kernels.ts:12:3`; null if it does not. */
export function waitOf(slot: CoreSlot): string | null {
  const module = slot.posted[0]?.call.module;
  if (module === undefined || module.coordination === null) return null;
  const site = module.trapSites[slot.end.readWord(module.coordination.waitingAt) - 1];
  return site === undefined ? null : `${site.text} at ${placeText(site.position)}`;
}

/** Who waits where and who does not, one line for each place; null if no core waits. */
export function waitingText(slots: readonly CoreSlot[]): string | null {
  const places = new Map<string, string[]>();
  let anyWaits = false;
  for (const slot of slots) {
    const wait = waitOf(slot);
    if (wait !== null) anyWaits = true;
    const kernel = slot.posted[0]?.call.signature.name;
    const place = wait === null ? (kernel === undefined ? 'without a call' : `${kernel} runs`) : `waits at ${wait}`;
    places.set(place, [...(places.get(place) ?? []), slot.position.join(',')]);
  }
  if (!anyWaits) return null;
  return [...places].map(([place, cores]) => `${place}: ${coresText(cores)}`).join('\n');
}

const coresText = (cores: readonly string[]): string => `core${cores.length === 1 ? '' : 's'} ${cores.join(' ')}`;

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
